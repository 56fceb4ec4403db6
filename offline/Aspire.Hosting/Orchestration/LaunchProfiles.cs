using System.Text.Json;

namespace Aspire.Hosting.Orchestration;

/// <summary>A launch profile: where a project listens and what it finds in its environment.</summary>
internal sealed record LaunchProfile(string Name, IReadOnlyList<Uri> ApplicationUrls,
    IReadOnlyDictionary<string, string> Environment);

/// <summary>Reads <c>Properties/launchSettings.json</c>.</summary>
internal static class LaunchProfiles
{
    private static readonly JsonDocumentOptions Lenient = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>The named profile, else the one that the AppHost prefers if there is such, else the first.</summary>
    /// <exception cref="DistributedApplicationException">The named profile does not exist.</exception>
    public static LaunchProfile? Choose(string projectPath, string? name, string? preferred)
    {
        var profiles = Read(Path.GetDirectoryName(projectPath)!);
        if (name is not null)
            return profiles.FirstOrDefault(profile => profile.Name == name) ?? throw new DistributedApplicationException(
                $"Launch profile '{name}' is not in the launch settings of project '{projectPath}'.");
        return profiles.FirstOrDefault(profile => profile.Name == preferred) ?? (profiles.Count > 0 ? profiles[0] : null);
    }

    /// <summary>All profiles that run the project, in the file's order.</summary>
    public static IReadOnlyList<LaunchProfile> Read(string projectDirectory)
    {
        var path = Path.Combine(projectDirectory, "Properties", "launchSettings.json");
        if (!File.Exists(path))
            return [];
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path), Lenient);
            return json.RootElement.TryGetProperty("profiles", out var profiles)
                ? [.. profiles.EnumerateObject().Where(RunsProject).Select(Parse)]
                : [];
        }
        catch (JsonException e)
        {
            throw new DistributedApplicationException($"The launch settings '{path}' are not valid JSON: {e.Message}", e);
        }
    }

    private static bool RunsProject(JsonProperty profile) =>
        !profile.Value.TryGetProperty("commandName", out var command) || command.GetString() == "Project";

    private static LaunchProfile Parse(JsonProperty profile)
    {
        var urls = profile.Value.TryGetProperty("applicationUrl", out var text) ? text.GetString() ?? "" : "";
        var environment = new Dictionary<string, string>();
        if (profile.Value.TryGetProperty("environmentVariables", out var variables))
            foreach (var variable in variables.EnumerateObject())
                environment[variable.Name] = variable.Value.GetString() ?? "";
        return new(profile.Name,
            [.. urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(url => new Uri(url))],
            environment);
    }
}
