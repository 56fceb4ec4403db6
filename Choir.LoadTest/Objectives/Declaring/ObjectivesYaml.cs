using System.Diagnostics.CodeAnalysis;

namespace Choir.LoadTest.Objectives.Declaring;

/// <summary>The content of a file of objectives, as it is written there.</summary>
[SuppressMessage("Performance", "CA1812:Avoid uninstantiated internal classes", Justification = "Created by the deserializer.")]
internal sealed class ObjectivesYaml
{
    /// <summary>The days of an error budget, such as <c>30d</c>.</summary>
    public string Window { get; set; } = "30d";

    /// <summary>The address of the runbooks; an alert's name is appended.</summary>
    public string Runbooks { get; set; } = "";

    /// <summary>The labels that identify a process.</summary>
    public List<string> InstanceLabels { get; set; } = ["instance"];

    /// <summary>Where to write.</summary>
    public FilesYaml Files { get; set; } = new();

    public List<ObjectiveYaml> Objectives { get; set; } = [];
}

/// <summary>Where to write, relative to the output folder.</summary>
internal sealed class FilesYaml
{
    public string Rules { get; set; } = "rules/objectives.yml";

    public string Tests { get; set; } = "tests/objectives.yml";

    public string Dashboard { get; set; } = "dashboards/objectives.json";

    public string Runbooks { get; set; } = "runbooks";
}

/// <summary>An objective, as it is written in the file.</summary>
[SuppressMessage("Performance", "CA1812:Avoid uninstantiated internal classes", Justification = "Created by the deserializer.")]
internal sealed class ObjectiveYaml
{
    public string? Name { get; set; }

    public string? Title { get; set; }

    /// <summary>The summary of the alerts, such as <c>Too many cycles fail</c>.</summary>
    public string? Summary { get; set; }

    /// <summary>The promise after the share, such as <c>of the cycles succeed</c>; a latency is appended.</summary>
    public string? Promise { get; set; }

    /// <summary>What uses the error budget, such as <c>failed cycles</c>.</summary>
    public string? Failures { get; set; }

    public string? Share { get; set; }

    /// <summary>The selector of a counter of all events.</summary>
    public string? Total { get; set; }

    /// <summary>The selector of a counter of good events.</summary>
    public string? Good { get; set; }

    /// <summary>The selector of a counter of bad events.</summary>
    public string? Bad { get; set; }

    /// <summary>The selector of the processes, which count zero bad events before the first one.</summary>
    public string? Present { get; set; }

    /// <summary>The selector of a histogram, without <c>_bucket</c>.</summary>
    public string? Histogram { get; set; }

    /// <summary>The time in which an event of the histogram is good.</summary>
    public string? Latency { get; set; }

    /// <summary>The histogram's buckets: <c>seconds</c>, <c>long-seconds</c>, or the bounds in seconds, separated by commas.</summary>
    public string? Buckets { get; set; }

    public string? MinimumRate { get; set; }

    public Dictionary<string, string> Labels { get; set; } = [];
}
