using Choir.LoadTest.Engine;
using Choir.LoadTest.Profiles;

namespace Choir.LoadTest.Scenarios;

/// <summary>The built-in scenarios by name.</summary>
internal static class ScenarioCatalog
{
    public const string Http = "http";

    private static readonly SortedDictionary<string, Func<ScenarioSettings, GatewayClient, IScenario>> Factories = new(StringComparer.Ordinal)
    {
        ["conversation"] = (settings, gateway) => new ConversationScenario(settings, gateway),
        ["message"] = (settings, gateway) => new MessageScenario(settings, gateway, hot: false),
        ["hot-key"] = (settings, gateway) => new MessageScenario(settings, gateway, hot: true),
        ["read"] = (settings, gateway) => new ReadScenario(settings, gateway),
        ["events"] = (settings, gateway) => new EventsScenario(settings, gateway),
        [Http] = (settings, gateway) => new HttpScenario(settings, gateway),
    };

    public static IReadOnlyCollection<string> Names => Factories.Keys;

    /// <summary>Whether a scenario sends requests to the gateway.</summary>
    public static bool UsesGateway(ScenarioShare share) =>
        Factories.ContainsKey(share.Scenario)
        && !(share.Scenario == Http && RequestTemplate.IsAbsolute(share.Settings.GetValueOrDefault(HttpScenario.UrlSetting)));

    /// <summary>The scenarios of a profile.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="gateway">The gateway.</param>
    /// <param name="own">Scenarios in code, by name; they take precedence.</param>
    /// <exception cref="ProfileException">A scenario does not exist, or has wrong settings; all reasons.</exception>
    public static IReadOnlyList<RunScenario> Create(
        LoadProfile profile, GatewayClient gateway, IReadOnlyDictionary<string, IScenario> own)
    {
        var problems = new List<ProfileProblem>();
        var scenarios = Create(profile, gateway, own, problems);
        return problems.Count == 0 ? scenarios : throw new ProfileException([.. problems.Select(problem => problem.Text)]);
    }

    /// <summary>What is wrong with the scenarios of a profile and their settings, if none of them is in code.</summary>
    public static IReadOnlyList<ProfileProblem> Check(LoadProfile profile)
    {
        // Nothing is sent.
        using var gateway = new GatewayClient(new Uri("http://localhost"), key: null, users: 1);
        var problems = new List<ProfileProblem>();
        Create(profile, gateway, new Dictionary<string, IScenario>(), problems);
        return problems;
    }

    private static List<RunScenario> Create(
        LoadProfile profile, GatewayClient gateway, IReadOnlyDictionary<string, IScenario> own, List<ProfileProblem> problems)
    {
        var scenarios = new List<RunScenario>();
        foreach (var share in profile.Scenarios)
        {
            var settings = new ScenarioSettings(share, problems);
            if (own.TryGetValue(share.Scenario, out var scenario))
            {
                settings.RefuseUnused();
            }
            else if (Factories.TryGetValue(share.Scenario, out var factory))
            {
                scenario = factory(settings, gateway);
                settings.RefuseUnused();
            }
            else
            {
                problems.Add(new(
                    share, $"There is no scenario \"{share.Scenario}\". There are {string.Join(", ", Factories.Keys.Concat(own.Keys))}.", ProfileFields.Scenario));
                continue;
            }

            scenarios.Add(new RunScenario(share.Name, share.Share, scenario));
        }

        return scenarios;
    }
}
