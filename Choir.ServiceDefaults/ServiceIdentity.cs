using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Choir.ServiceDefaults;

/// <summary>The identity of this process in logs, metrics, traces and the API.</summary>
/// <param name="Service"><c>OTEL_SERVICE_NAME</c>, or else the program's default name.</param>
/// <param name="Version">The version of the program.</param>
/// <param name="Environment">Development, Production, …</param>
/// <param name="Host">The machine's name.</param>
/// <param name="Instance">
/// The one name of this process, everywhere: <c>service.instance.id</c> of <c>OTEL_RESOURCE_ATTRIBUTES</c>, which an orchestrator
/// sets, or else service, machine and process id.
/// </param>
public sealed record ServiceIdentity(string Service, string Version, string Environment, string Host, string Instance)
{
    /// <summary>The value of <c>service.namespace</c>, and of <c>system</c> on log records.</summary>
    public const string System = "choir";

    private const string InstanceAttribute = "service.instance.id";

    internal static ServiceIdentity Create(IConfiguration configuration, IHostEnvironment environment, string? defaultName)
    {
        var service = configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? name : defaultName ?? environment.ApplicationName;
        var (machine, process) = (global::System.Environment.MachineName, global::System.Environment.ProcessId);
        return new ServiceIdentity(
            service, ProgramVersion(), environment.EnvironmentName, machine,
            InstanceOf(configuration["OTEL_RESOURCE_ATTRIBUTES"])
                ?? string.Create(CultureInfo.InvariantCulture, $"{service}-{machine}-{process}"));
    }

    /// <summary>The instance that an orchestrator set.</summary>
    /// <param name="attributes">The value of <c>OTEL_RESOURCE_ATTRIBUTES</c>; null if it is not set.</param>
    /// <returns>The instance; null if it is not among the attributes.</returns>
    public static string? InstanceOf(string? attributes) =>
        (attributes ?? "").Split(',')
            .Select(pair => pair.Split('=', 2, StringSplitOptions.TrimEntries))
            .FirstOrDefault(pair => pair is [InstanceAttribute, { Length: > 0 }]) is [_, var value] ? Uri.UnescapeDataString(value) : null;

    // The suffix after the plus sign is the source revision.
    private static string ProgramVersion() =>
        (Assembly.GetEntryAssembly() ?? typeof(ServiceIdentity).Assembly)
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}
