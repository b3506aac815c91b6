/// What the container engine is asked, as metrics name it.
package enum EngineOperation: String, CaseIterable, Sendable {
    case ping
    case version
    case info
    case containerCreate = "container_create"
    case containerStart = "container_start"
    case containerInspect = "container_inspect"
    case containerStop = "container_stop"
    case containerRemove = "container_remove"
    case containerList = "container_list"
    case containerStatistics = "container_stats"
    case volumeCreate = "volume_create"
    case volumeInspect = "volume_inspect"
    case volumeRemove = "volume_remove"
    case volumeList = "volume_list"
    case imageInspect = "image_inspect"
}
