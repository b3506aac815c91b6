/// The schema of claude-code-runner's database, as its migrations make it; the text is Prisma's.
enum OriginalSchema {
    static let migrations = [
        """
        -- CreateTable
        CREATE TABLE "ClaudeInstance" (
            "id" TEXT NOT NULL PRIMARY KEY,
            "name" TEXT NOT NULL,
            "port" INTEGER NOT NULL,
            "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updatedAt" DATETIME NOT NULL
        );
        """,
        """
        -- CreateTable
        CREATE TABLE "Task" (
            "id" TEXT NOT NULL PRIMARY KEY,
            "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updatedAt" DATETIME NOT NULL,
            "name" TEXT NOT NULL,
            "steps" JSONB NOT NULL
        );
        """,
        """
        -- CreateTable
        CREATE TABLE "TaskRun" (
            "id" TEXT NOT NULL PRIMARY KEY,
            "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updatedAt" DATETIME NOT NULL,
            "name" TEXT NOT NULL,
            "steps" JSONB NOT NULL,
            "messages" JSONB NOT NULL
        );
        """,
        """
        -- RedefineTables
        PRAGMA defer_foreign_keys=ON;
        PRAGMA foreign_keys=OFF;
        CREATE TABLE "new_TaskRun" (
            "id" TEXT NOT NULL PRIMARY KEY,
            "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updatedAt" DATETIME NOT NULL,
            "taskId" TEXT NOT NULL,
            "name" TEXT NOT NULL,
            "steps" JSONB NOT NULL,
            "messages" JSONB NOT NULL,
            CONSTRAINT "TaskRun_taskId_fkey" FOREIGN KEY ("taskId") REFERENCES "Task" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
        );
        INSERT INTO "new_TaskRun" ("createdAt", "id", "messages", "name", "steps", "updatedAt") SELECT "createdAt", "id", "messages", "name", "steps", "updatedAt" FROM "TaskRun";
        DROP TABLE "TaskRun";
        ALTER TABLE "new_TaskRun" RENAME TO "TaskRun";
        PRAGMA foreign_keys=ON;
        PRAGMA defer_foreign_keys=OFF;
        """,
        """
        -- RedefineTables
        PRAGMA defer_foreign_keys=ON;
        PRAGMA foreign_keys=OFF;
        CREATE TABLE "new_ClaudeInstance" (
            "id" TEXT NOT NULL PRIMARY KEY,
            "taskRunId" TEXT NOT NULL,
            "name" TEXT NOT NULL,
            "port" INTEGER NOT NULL,
            "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updatedAt" DATETIME NOT NULL,
            CONSTRAINT "ClaudeInstance_taskRunId_fkey" FOREIGN KEY ("taskRunId") REFERENCES "TaskRun" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
        );
        INSERT INTO "new_ClaudeInstance" ("createdAt", "id", "name", "port", "updatedAt") SELECT "createdAt", "id", "name", "port", "updatedAt" FROM "ClaudeInstance";
        DROP TABLE "ClaudeInstance";
        ALTER TABLE "new_ClaudeInstance" RENAME TO "ClaudeInstance";
        CREATE UNIQUE INDEX "ClaudeInstance_taskRunId_key" ON "ClaudeInstance"("taskRunId");
        PRAGMA foreign_keys=ON;
        PRAGMA defer_foreign_keys=OFF;
        """,
        """
        -- RedefineTables
        PRAGMA defer_foreign_keys=ON;
        PRAGMA foreign_keys=OFF;
        CREATE TABLE "new_TaskRun" (
            "id" TEXT NOT NULL PRIMARY KEY,
            "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updatedAt" DATETIME NOT NULL,
            "taskId" TEXT NOT NULL,
            "name" TEXT NOT NULL,
            "repository" TEXT NOT NULL,
            "steps" JSONB NOT NULL,
            "messages" JSONB NOT NULL,
            CONSTRAINT "TaskRun_taskId_fkey" FOREIGN KEY ("taskId") REFERENCES "Task" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
        );
        INSERT INTO "new_TaskRun" ("createdAt", "id", "messages", "name", "steps", "taskId", "updatedAt") SELECT "createdAt", "id", "messages", "name", "steps", "taskId", "updatedAt" FROM "TaskRun";
        DROP TABLE "TaskRun";
        ALTER TABLE "new_TaskRun" RENAME TO "TaskRun";
        PRAGMA foreign_keys=ON;
        PRAGMA defer_foreign_keys=OFF;
        """,
    ]
}
