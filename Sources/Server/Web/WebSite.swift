import HTTPTypes
import Hummingbird
import Model
import NIOCore
import Store

/// The web page: HTML rendered here, and a few small modules in the browser for what is live.
struct WebSite: Sendable {
    let store: Store
    let operations: any Operations
    let zones: ScheduleZones
    let health: Health?
    let updates: PageUpdates
    private let layout: WebLayout

    init(
        store: Store,
        operations: any Operations,
        zones: ScheduleZones,
        health: Health?,
        timings: ServerTimings,
        readers: ReaderCount
    ) {
        self.store = store
        self.operations = operations
        self.zones = zones
        self.health = health
        updates = PageUpdates(store: store, timings: timings, readers: readers)
        let assets = WebAssets()
        do {
            layout = WebLayout(assets: assets, templates: try WebTemplates(assets.templates))
        } catch {
            // The templates are part of the program, and a test reads them all.
            preconditionFailure("\(error)")
        }
    }

    func add(to router: Router<ConnectionContext>) {
        addFiles(to: router)
        router.get("/updates") { _, context in updates.respond(on: context.channel) }
        let forecast = ScheduleForecast(zones: zones)
        let overview = OverviewPage(store: store, forecast: forecast, health: health)
        page("/", on: router) { _, _ in try await overview.page() }
        page("\(SignIn.path)", on: router) { request, context in
            SignInPage().page(WebQuery(request.uri.queryParameters), context.access)
        }
        let runs = RunsPage(store: store)
        page("/runs", on: router) { request, _ in try await runs.page(WebQuery(request.uri.queryParameters)) }
        let run = RunPage(store: store, operations: operations, templates: layout.templates)
        page("/runs/:id", on: router) { request, context in
            try await run.page(try context.parameters.require("id"), WebQuery(request.uri.queryParameters))
        }
        let instances = InstancesPage(store: store, operations: operations)
        page("\(WebSection.instances.path)", on: router) { _, _ in try await instances.page() }
        let charts = ChartsPage(store: store)
        page("\(WebSection.charts.path)", on: router) { request, _ in
            try await charts.page(WebQuery(request.uri.queryParameters))
        }
        addTranscripts(to: router)
        addTasks(to: router, forecast)
        addSchedules(to: router, forecast)
    }

    private func addTranscripts(to router: Router<ConnectionContext>) {
        let templates = layout.templates
        let windows = TranscriptPages(store: store, templates: templates)
        router.get("/runs/:id/transcript") { request, context in
            try await windows.respond(to: request, run: try context.parameters.require("id"))
        }
        let entries = RunEvents(store: store, timings: updates.timings, readers: updates.readers) {
            [store] run, after in
            try await EntryFrames(TranscriptReader(store: store, run: run), after: after, templates: templates)
        }
        router.get("/runs/:id/entries") { request, context in
            try await entries.respond(to: request, run: try context.parameters.require("id"), on: context.channel)
        }
        let downloads = TranscriptDownloads(store: store, timings: updates.timings)
        for form in TranscriptDownloads.Form.allCases {
            router.get("/runs/:id/\(form.name)") { _, context in
                try await downloads.respond(form, run: try context.parameters.require("id"), on: context.channel)
            }
        }
    }

    private func addSchedules(to router: Router<ConnectionContext>, _ forecast: ScheduleForecast) {
        let schedules = SchedulesPage(store: store, zones: zones, forecast: forecast)
        page("/schedules", on: router) { request, _ in
            try await schedules.page(WebQuery(request.uri.queryParameters))
        }
        let form = ScheduleFormPage(store: store, zones: zones)
        page("/schedules/\(WebPath.new)", on: router) { request, _ in
            try await form.page(WebQuery(request.uri.queryParameters))
        }
        page("/schedules/:id/edit", on: router) { _, context in
            try await form.page(of: context.parameters.require("id"))
        }
        let schedule = SchedulePage(store: store, zones: zones, forecast: forecast)
        page("/schedules/:id", on: router) { request, context in
            try await schedule.page(context.parameters.require("id"), WebQuery(request.uri.queryParameters))
        }
    }

    private func addTasks(to router: Router<ConnectionContext>, _ forecast: ScheduleForecast) {
        let tasks = TasksPage(store: store, forecast: forecast)
        page("/tasks", on: router) { _, _ in try await tasks.page() }
        let form = TaskFormPage(store: store)
        page("/tasks/\(WebPath.new)", on: router) { _, _ in form.page() }
        page("/tasks/:id/edit", on: router) { _, context in try await form.page(of: context.parameters.require("id")) }
        let launch = LaunchPage(store: store)
        page("/tasks/:id/run", on: router) { request, context in
            try await launch.page(context.parameters.require("id"), WebQuery(request.uri.queryParameters))
        }
        let task = TaskPage(store: store, forecast: forecast)
        page("/tasks/:id", on: router) { request, context in
            try await task.page(context.parameters.require("id"), WebQuery(request.uri.queryParameters))
        }
    }

    /// Serves a page; what is not there is told as a page too.
    private func page(
        _ path: String,
        on router: Router<ConnectionContext>,
        _ make: @escaping @Sendable (Request, ConnectionContext) async throws -> WebPage
    ) {
        router.get("\(path)") { request, context in
            do {
                return layout.response(try await make(request, context), for: context.access.caller)
            } catch let error as StoreError where error.code == .notFound {
                return layout.response(.message("Not found", error.message, status: .notFound))
            } catch let problem as InputProblem {
                let text = "\(problem.field): \(problem.message)"
                return layout.response(.message("This cannot be shown", text, status: .badRequest))
            }
        }
    }

    private func addFiles(to router: Router<ConnectionContext>) {
        for (name, file) in layout.assets.files {
            router.get("\(layout.assets.path)/\(name)") { _, _ in
                Response(
                    status: .ok,
                    headers: [
                        .contentType: file.mediaType,
                        // The path changes with the files.
                        .cacheControl: "public, max-age=31536000, immutable",
                        .xContentTypeOptions: "nosniff",
                    ],
                    body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes))
                )
            }
        }
    }
}
