using System.Net.Http.Headers;

namespace Choir.LoadTest.Scenarios;

/// <summary>Any request: method, address, headers and body from the profile.</summary>
internal sealed class HttpScenario : IScenario
{
    public const string UrlSetting = "url";

    private readonly GatewayClient _gateway;
    private readonly RequestTemplate? _template;
    private readonly IReadOnlyList<int> _expected;

    public HttpScenario(ScenarioSettings settings, GatewayClient gateway)
    {
        _gateway = gateway;
        _expected = settings.Text("expect", "") is "" ? [] : settings.WholeList("expect", "", 100, 599);
        var method = Method(settings);
        var url = Url(settings);
        var headers = Headers(settings, out var contentType);
        var body = settings.Template("body", "");
        if (url is not null && method is not null && contentType is not null)
        {
            var hasBody = settings.Text("body", "").Length > 0;
            _template = new RequestTemplate(method, url, headers, hasBody ? body : null, contentType);
        }
    }

    public async Task RunAsync(Operation operation, CancellationToken cancellationToken)
    {
        using var request = _template!.Fill(operation, _gateway);
        var answer = await _gateway.SendAsync(request, cancellationToken);
        if (_expected.Count == 0 ? !answer.IsSuccess : !_expected.Contains((int)answer.Status))
        {
            throw Failures.Of(answer);
        }
    }

    private static string Filled(string text) => new TextTemplate(text).Fill(new Operation(0, 0, 0));

    private static TextTemplate? Url(ScenarioSettings settings)
    {
        if (settings.Required(UrlSetting) is not { } url)
        {
            return null;
        }

        if (!(RequestTemplate.IsAbsolute(url) && Uri.TryCreate(Filled(url), UriKind.Absolute, out _)) && !url.StartsWith('/'))
        {
            settings.Error($"has \"url\" \"{url}\"; it must begin with / (a path on the gateway), http:// or https://", UrlSetting);
        }

        return settings.Template(UrlSetting, url, UrlSetting);
    }

    private static HttpMethod? Method(ScenarioSettings settings)
    {
        var text = settings.Text("method", "GET").ToUpperInvariant();
        if (text is { Length: > 0 and <= 20 } && text.All(char.IsAsciiLetterUpper))
        {
            return new HttpMethod(text);
        }

        settings.Error($"has \"method\" \"{text}\"; it must be a method such as GET or POST", "method");
        return null;
    }

    private static List<(string, TextTemplate)> Headers(ScenarioSettings settings, out MediaTypeHeaderValue? contentType)
    {
        var headers = new List<(string, TextTemplate)>();
        var type = "application/json";
        using var sample = new HttpRequestMessage();
        foreach (var (name, value) in settings.Group("headers"))
        {
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                type = value;
            }
            else if (sample.Headers.TryAddWithoutValidation(name, Filled(value)))
            {
                headers.Add((name, settings.Template($"headers.{name}", value, $"headers.{name}")));
            }
            else
            {
                settings.Error($"has the header \"{name}\", which cannot be sent", $"headers.{name}");
            }
        }

        if (!MediaTypeHeaderValue.TryParse(type, out contentType))
        {
            settings.Error($"has the header Content-Type \"{type}\", which is no media type", "headers");
        }

        return headers;
    }
}
