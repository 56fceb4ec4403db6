using Microsoft.Extensions.Configuration;

namespace Choir.AppHost;

internal static class UserSecrets
{
    /// <summary>The id for <c>dotnet user-secrets --id</c>.</summary>
    private const string Id = "choir-apphost";

    /// <summary>Reads the user's secrets; every other source overrides them.</summary>
    /// <remarks>
    /// Not by a UserSecretsId in the project: Aspire would then store its own keys there, and share them among all runs of the user.
    /// </remarks>
    public static void AddUserSecrets(this IDistributedApplicationBuilder builder)
    {
        foreach (var source in new ConfigurationBuilder().AddUserSecrets(Id).Sources)
        {
            builder.Configuration.Sources.Insert(0, source);
        }
    }
}
