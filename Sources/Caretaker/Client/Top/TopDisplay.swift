import AgentStream
import Curl
import Foundation
import Glibc
import UnixSignals

/// Keeps `caretaker top` on a terminal up to date, until a signal ends it.
struct TopDisplay: Sendable {
    private enum Event: Sendable {
        /// A second has passed, or the terminal has another size.
        case time
        case picture(TopPicture)
        case trouble(String)
    }

    let client: ServiceClient
    let inColor: Bool

    func run() async throws {
        // A service that does not answer at all is told like everywhere.
        var picture = try await TopPicture.take(client, limit: 100)
        var trouble: String?
        // Before the terminal is taken, so that no signal leaves it like that.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup, .sigquit, .sigwinch)
        // A terminal that is held takes nothing; what is older is not drawn any more.
        let (events, told) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(4))
        let terminal = FullScreen()
        defer { terminal.leave() }
        await withDiscardingTaskGroup { group in
            group.addTask { await watch(signals, told) }
            group.addTask { await watchClock(told) }
            group.addTask { await watchService(told) }
            terminal.draw(lines(picture, trouble))
            for await event in events {
                switch event {
                case .time: break
                case .picture(let newer): (picture, trouble) = (newer, nil)
                case .trouble(let text): trouble = text
                }
                terminal.draw(lines(picture, trouble))
            }
            group.cancelAll()
        }
    }

    private func lines(_ picture: TopPicture, _ trouble: String?) -> [String] {
        let screen = TopScreen(picture: picture, age: picture.taken.duration(to: .now), trouble: trouble)
        let size = Terminal.size ?? (columns: 80, rows: 24)
        return screen.lines(width: size.columns, height: size.rows)
            .map { inColor ? $0.style.written($0.text) : $0.text }
    }

    private func watch(_ signals: UnixSignalsSequence, _ told: AsyncStream<Event>.Continuation) async {
        for await signal in signals {
            guard signal == .sigwinch else { break }
            told.yield(.time)
        }
        told.finish()
    }

    private func watchClock(_ told: AsyncStream<Event>.Continuation) async {
        while (try? await Task.sleep(for: .seconds(1))) != nil { told.yield(.time) }
    }

    /// Takes a picture at every change; what is lost comes again.
    private func watchService(_ told: AsyncStream<Event>.Continuation) async {
        while !Task.isCancelled {
            do {
                var parser = EventParser()
                // Listening comes first, so that no change falls between.
                let updates = try await client.updates()
                told.yield(.picture(try await TopPicture.take(client, limit: 100)))
                for try await chunk in updates.body where !parser.parse(chunk).isEmpty {
                    told.yield(.picture(try await TopPicture.take(client, limit: 100)))
                }
                told.yield(.trouble("the service has ended"))
            } catch let failure as Failure where failure.code != EX_UNAVAILABLE {
                told.yield(.trouble(failure.message))
            } catch {
                told.yield(.trouble("the service does not answer"))
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
