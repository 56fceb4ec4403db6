using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Choir.ActorHost.Ledger;
using Choir.Actors;
using Choir.Gateway;
using Choir.ServiceDefaults;
using Choir.Storage;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Observability.Overlay;

/// <summary>The files of Elasticsearch and Kibana for Choir's logs.</summary>
public partial class ElasticFileTests
{
    // Fields of records that are not in their messages: JsonLogFormatter, LogContexts, RequestLogContext, ActorLogContext.
    private static readonly string[] Context =
    [
        "timestamp", "level", "logger", "event", "message", "error", "error_type", "stack_trace", "trace_id", "span_id",
        "system", "environment", "version", "service", "host", "request_id", "user_id",
        "actor_id", "actor_type", "message_type", "message_id", "correlation_id",
    ];

    private static readonly Type[] Numbers = [typeof(int), typeof(long), typeof(double), typeof(float), typeof(decimal), typeof(uint), typeof(ulong)];

    private static readonly Assembly[] Assemblies =
        [typeof(ServiceRun).Assembly, typeof(LedgerActor).Assembly, typeof(GatewayOptions).Assembly, typeof(Actor).Assembly, typeof(ThreadStore).Assembly];

    [Fact]
    public void The_index_template_has_each_logged_field_with_a_matching_type()
    {
        var fields = Template().GetProperty("template").GetProperty("mappings").GetProperty("properties");
        var logged = Logged().ToList();
        Assert.NotEmpty(logged);
        var wrong = Context.Where(name => !fields.TryGetProperty(name, out _))
            .Concat(logged.Where(field => !fields.TryGetProperty(field.Name, out var mapping) || IsNumber(mapping) != field.IsNumber)
                .Select(field => $"{field.Name} {(field.IsNumber ? "(number)" : "")}"))
            .Distinct().Order(StringComparer.Ordinal);
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_index_template_is_for_daily_indexes_and_uses_an_existing_retention()
    {
        var template = Template();
        Assert.Equal(["logs-*.*.*"], template.GetProperty("index_patterns").EnumerateArray().Select(pattern => pattern.GetString()));
        Assert.Equal(
            "choir-logs", template.GetProperty("template").GetProperty("settings").GetProperty("index").GetProperty("lifecycle").GetProperty("name").GetString());
        var script = System.IO.File.ReadAllText(File("elasticsearch.sh"));
        Assert.Contains("put _ilm/policy/choir-logs retention.json", script, StringComparison.Ordinal);
        Assert.Contains("put _index_template/choir-logs index-template.json", script, StringComparison.Ordinal);
        Assert.Equal(
            "14d",
            Read("retention.json").GetProperty("policy").GetProperty("phases").GetProperty("delete").GetProperty("min_age").GetString());
    }

    [Fact]
    public void Saved_searches_use_existing_fields_and_the_data_view()
    {
        var objects = System.IO.File.ReadAllLines(File("kibana.ndjson")).Select(line => JsonElement.Parse(line)).ToList();
        var view = objects.Single(saved => saved.GetProperty("type").GetString() == "index-pattern");
        Assert.Equal("logs-*.*.*", view.GetProperty("attributes").GetProperty("title").GetString());
        var fields = Template().GetProperty("template").GetProperty("mappings").GetProperty("properties");
        Assert.True(fields.TryGetProperty(view.GetProperty("attributes").GetProperty("timeFieldName").GetString()!, out _));

        var searches = objects.Where(saved => saved.GetProperty("type").GetString() == "search").ToList();
        Assert.Equal(
            ["choir-by-actor", "choir-by-correlation", "choir-errors"],
            searches.Select(search => search.GetProperty("id").GetString()).Order(StringComparer.Ordinal));
        foreach (var search in searches)
        {
            var reference = search.GetProperty("references").EnumerateArray().Single();
            Assert.Equal(view.GetProperty("id").GetString(), reference.GetProperty("id").GetString());
            var source = JsonElement.Parse(search.GetProperty("attributes").GetProperty("kibanaSavedObjectMeta").GetProperty("searchSourceJSON").GetString()!);
            Assert.Equal(reference.GetProperty("name").GetString(), source.GetProperty("indexRefName").GetString());
            var named = search.GetProperty("attributes").GetProperty("columns").EnumerateArray().Select(column => column.GetString()!)
                .Append(source.GetProperty("query").GetProperty("query").GetString()!.Split(' ')[0]);
            Assert.All(named, name => Assert.True(fields.TryGetProperty(name, out _), name));
        }
    }

    [Theory]
    [InlineData("elasticsearch.sh")]
    [InlineData("kibana.sh")]
    public async Task The_loading_scripts_are_valid_shell(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It needs a shell.");
        var check = await Choir.AppHost.Infrastructure.Tool.RunAsync("sh", ["-n", File(script)], TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.True(check.Succeeded, check.Output);
    }

    // The placeholders of every log message, by the names that JsonLogFormatter gives them.
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Tests are not trimmed.")]
    private static IEnumerable<(string Name, bool IsNumber)> Logged() =>
        from type in Assemblies.SelectMany(assembly => assembly.GetTypes())
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
        where attribute is not null
        from parameter in method.GetParameters()
        where Placeholder().Matches(attribute.Message).Any(match => match.Groups[1].Value.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase))
        let bare = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType
        let name = Placeholder().Matches(attribute.Message)
            .First(match => match.Groups[1].Value.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase)).Groups[1].Value
        select (JsonNamingPolicy.SnakeCaseLower.ConvertName(name), Numbers.Contains(bare));

    private static bool IsNumber(JsonElement mapping) => mapping.GetProperty("type").GetString() is "long" or "double";

    private static JsonElement Template() => Read("index-template.json");

    private static JsonElement Read(string file) => JsonElement.Parse(System.IO.File.ReadAllText(File(file)));

    private static string File(string name) => Path.Combine(OverlayYaml.Folder("elastic"), name);

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex Placeholder();
}
