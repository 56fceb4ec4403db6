using Choir.Tests.Observability.Alerting;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.Gateway;

public sealed class RunbookTests : IAsyncLifetime
{
    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayUnderTest.BorrowAsync();
        _gateway.Http.DefaultRequestHeaders.Authorization = null;
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Every_runbook_is_listed_and_served_without_a_key()
    {
        var pages = Directory.EnumerateFiles(Repository.At("docs/runbooks"), "*.md")
            .Where(file => Path.GetFileName(file) != "README.md")
            .ToDictionary(file => "/runbooks/" + Path.GetFileNameWithoutExtension(file), File.ReadAllText);
        Assert.NotEmpty(pages);
        var list = await _gateway.GetAsync("/runbooks");
        Assert.Equal((200, "text/plain"), (list.Status, list.ContentType));
        Assert.Equal(pages.Keys.Order(StringComparer.Ordinal), list.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        foreach (var (path, text) in pages)
        {
            Assert.Equal(text, (await _gateway.GetAsync(path)).Body);
        }
    }

    [Fact]
    public async Task A_runbook_is_plain_text_in_UTF8()
    {
        var path = (await _gateway.GetAsync("/runbooks")).Body.Split('\n')[0];
        using var response = await _gateway.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task A_missing_runbook_is_answered_with_404_and_a_hint() =>
        (await _gateway.GetAsync("/runbooks/NoSuchAlert")).AssertProblem(404, "not_found", "There is no runbook for NoSuchAlert. GET /runbooks lists");
}
