using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Choir.ServiceDefaults;

/// <summary>The identity of this process in logs, metrics and traces.</summary>
/// <param name="Service">The resource's name in the app model, or the application's name.</param>
/// <param name="Version">The version of the program.</param>
/// <param name="Environment">Development, Production, …</param>
/// <param name="Host">The machine's name.</param>
internal sealed record ServiceIdentity(string Service, string Version, string Environment, string Host)
{
    /// <summary>The value of <c>service.namespace</c>, and of <c>system</c> on log records.</summary>
    public const string System = "choir";

    public static ServiceIdentity Create(IConfiguration configuration, IHostEnvironment environment) => new(
        configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? name : environment.ApplicationName,
        ProgramVersion(),
        environment.EnvironmentName,
        global::System.Environment.MachineName);

    // The suffix after the plus sign is the source revision.
    private static string ProgramVersion() =>
        (Assembly.GetEntryAssembly() ?? typeof(ServiceIdentity).Assembly)
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}
