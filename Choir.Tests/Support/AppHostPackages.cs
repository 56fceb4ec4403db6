using Choir.AppHost.Infrastructure;

namespace Choir.Tests.Support;

/// <summary>
/// The AppHost's npm packages with Postgres and anvil, installed by the first test that needs them. Concurrent runs wait for
/// each other.
/// </summary>
internal static class AppHostPackages
{
    /// <summary>The packages, installed.</summary>
    public static async Task<NpmPackages> InstallAsync()
    {
        var packages = NpmPackages.Of(Projects.Choir_AppHost.ProjectPath);
        await packages.EnsureInstalledAsync(CancellationToken.None);
        return packages;
    }
}
