using OpenTelemetry.Exporter;

namespace Choir.ServiceDefaults.Telemetry.Export;

/// <summary>Where and how one signal is exported.</summary>
/// <param name="Endpoint">The address, with the signal's path for HTTP.</param>
/// <param name="Protocol">The protocol.</param>
/// <param name="Headers">The headers as <c>name=value,name=value</c>; null for none.</param>
/// <param name="Timeout">The most time of one export, in milliseconds.</param>
/// <param name="Compression">The compression.</param>
internal sealed record OtlpSignal(Uri Endpoint, OtlpExportProtocol Protocol, string? Headers, int Timeout, OtlpExportCompression Compression)
{
    // Below the limit of gRPC servers (4 MiB). A larger request would be refused by them; the exporter counts it as dropped.
    private const int MaxRequestBytes = (4 * 1024 * 1024) - 1_024;

    /// <summary>Applies the settings to an exporter.</summary>
    public void Apply(OtlpExporterOptions options)
    {
        options.Endpoint = Endpoint;
        options.Protocol = Protocol;
        options.Headers = Headers;
        options.TimeoutMilliseconds = Timeout;
        options.Compression = Compression;
        options.MaxRequestSizeBytes = MaxRequestBytes;
    }
}
