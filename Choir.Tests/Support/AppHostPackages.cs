using Choir.AppHost.Infrastructure;

namespace Choir.Tests.Support;

/// <summary>
/// The npm packages with Postgres and anvil that the AppHost uses, installed by the first test that needs them. Runs beside
/// this one wait for each other.
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
