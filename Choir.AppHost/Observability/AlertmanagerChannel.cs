namespace Choir.AppHost.Observability;

/// <summary>A notification channel and its settings.</summary>
/// <param name="Section">The section in the configuration, as in <c>Alerting:Slack</c>.</param>
/// <param name="Settings">The settings.</param>
internal sealed record AlertmanagerChannel(string Section, params IReadOnlyList<AlertmanagerSetting> Settings)
{
    /// <summary>The name of the channel's file and receiver.</summary>
    public string Name => Section.ToLowerInvariant();

    /// <summary>Whether the gateway sends the notifications. Then the gateway gets the settings instead of Alertmanager.</summary>
    public bool ThroughGateway { get; init; }
}

/// <summary>One setting of a channel.</summary>
/// <param name="Key">The key in the channel's section.</param>
/// <param name="Meaning">The expected value, for error messages.</param>
internal sealed record AlertmanagerSetting(string Key, string Meaning)
{
    /// <summary>Whether the channel needs it.</summary>
    public bool Required { get; init; } = true;

    /// <summary>Whether it is secret. A secret is stored in a separate file, and can be given as a path by <see cref="FileKey"/>.</summary>
    public bool Secret { get; init; }

    /// <summary>The default value; null for none.</summary>
    public string? Default { get; init; }

    /// <summary>Another setting that must be given together with this one.</summary>
    public string? With { get; init; }

    /// <summary>Validates a value. By default any value is valid.</summary>
    public Func<string, bool> IsValid { get; init; } = _ => true;

    /// <summary>The key of the setting that has the path of a file with the value.</summary>
    public string FileKey => Key + "File";
}

/// <summary>A configured channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Values">The values by key, including secrets and defaults.</param>
internal sealed record ConfiguredChannel(AlertmanagerChannel Channel, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>The gateway's environment variables, if it sends the notifications.</summary>
    public IEnumerable<(string Name, string Value, bool Secret)> GatewayEnvironment =>
        Channel.ThroughGateway
            ? Channel.Settings
                .Where(setting => Values.ContainsKey(setting.Key))
                .Select(setting => ($"Alerting__{Channel.Section}__{setting.Key}", Values[setting.Key], setting.Secret))
            : [];
}
