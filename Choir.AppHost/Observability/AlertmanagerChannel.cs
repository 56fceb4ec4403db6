namespace Choir.AppHost.Observability;

/// <summary>A way for alerts to reach people, with what it needs to be told.</summary>
/// <param name="Section">Its name in the configuration, as in <c>Alerting:Slack</c>; in small letters its file's and its receiver's.</param>
/// <param name="Settings">What it needs to be told.</param>
internal sealed record AlertmanagerChannel(string Section, params IReadOnlyList<AlertmanagerSetting> Settings)
{
    /// <summary>The name of its file and of its receiver.</summary>
    public string Name => Section.ToLowerInvariant();

    /// <summary>Whether the gateway sends for it: then the gateway gets the settings, and Alertmanager none of them.</summary>
    public bool ThroughGateway { get; init; }
}

/// <summary>One setting of a channel.</summary>
/// <param name="Key">Its name in the channel's section.</param>
/// <param name="Meaning">What to set it to, for whoever left it out.</param>
internal sealed record AlertmanagerSetting(string Key, string Meaning)
{
    /// <summary>Whether the channel is nothing without it.</summary>
    public bool Required { get; init; } = true;

    /// <summary>Never in a file but one of its own; it may be given as the path of a file, by <see cref="FileKey"/>.</summary>
    public bool Secret { get; init; }

    /// <summary>What it is unless given; null for nothing.</summary>
    public string? Default { get; init; }

    /// <summary>Another setting that is nothing without this one, nor this one without it.</summary>
    public string? With { get; init; }

    /// <summary>Whether a value can be right; any can unless given.</summary>
    public Func<string, bool> Fits { get; init; } = _ => true;

    /// <summary>The name of the setting that is the path of a file with the value.</summary>
    public string FileKey => Key + "File";
}

/// <summary>A channel that is configured.</summary>
/// <param name="Channel">Which.</param>
/// <param name="Values">The settings' values by key, secrets among them; those that were not given have their defaults.</param>
internal sealed record ConfiguredChannel(AlertmanagerChannel Channel, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>What the gateway is to be given as environment variables, where it sends for the channel.</summary>
    public IEnumerable<(string Name, string Value, bool Secret)> GatewayEnvironment =>
        Channel.ThroughGateway
            ? Channel.Settings
                .Where(setting => Values.ContainsKey(setting.Key))
                .Select(setting => ($"Alerting__{Channel.Section}__{setting.Key}", Values[setting.Key], setting.Secret))
            : [];
}
