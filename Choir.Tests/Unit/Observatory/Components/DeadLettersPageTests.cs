using Bunit;
using Bunit.TestDoubles;
using Choir.Observatory;
using Choir.Observatory.Components.Pages;
using Choir.Observatory.SignIn;
using Choir.Tests.Support;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.Observatory.Components;

/// <summary>The page of dead letters, without a browser.</summary>
public sealed class DeadLettersPageTests : LiveComponentTestBase
{
    private readonly LogCollector _logs = new();
    private readonly Letters _letters = new();

    public DeadLettersPageTests()
    {
        this.AddAuthorization().SetAuthorized("the operator").SetRoles(nameof(ObservatoryRole.Operator));
        Services.AddLogging(logging => logging.ClearProviders().AddProvider(_logs));
        Services.AddSingleton<SignedOutSessions>();
        Services.AddSingleton(services => new ObservatoryUser(
            services.GetRequiredService<AuthenticationStateProvider>(), services.GetRequiredService<SignedOutSessions>(), services.GetRequiredService<ILogger<ObservatoryUser>>()));
        Options.DeadLetters = _letters;
    }

    [Fact]
    public void Letters_that_are_alike_are_one_row_that_shows_each_when_it_is_wanted()
    {
        _letters.Add(300, "Cart", "till", "NOPE", "no_handler", "Cart has no handler for NOPE.");
        _letters.Add(2, "Cart", "7", "PAY", "mailbox_full", "Its queue is full.");
        _letters.Add(1, "Cart", "8", "PAY", "mailbox_full", "Its queue is full, with 10 messages.");
        var page = Render<DeadLettersPage>();
        Assert.Equal(2, page.FindAll("tbody tr").Count);
        Assert.Equal("3 × PAY to 2 of Cart mailbox_full Its queue is full, with 10 messages. Others differ. Show each message", Text(page.FindAll("tbody tr")[0].Children[2]));
        Assert.Equal("197 × NOPE to Cart/till no_handler Cart has no handler for NOPE. Show each message", Text(page.FindAll("tbody tr")[1].Children[2]));
        Button(page, "Older ones").Click();
        Assert.StartsWith("300 × NOPE", Text(page.FindAll("tbody tr")[1].Children[2]), StringComparison.Ordinal);
        Button(page, "Show each message").Click();
        Assert.Equal(["Cart/8Its queue is full, with 10 messages.", "Cart/7Its queue is full.", "Cart/7Its queue is full."], page.FindAll("tr.part").Select(row => Text(row.Children[2])));
        Assert.Equal("2026-01-01 14:05:02 UTC", page.FindAll("tr.part")[0].Children[1].TextContent.Trim());
        Button(page, "Hide the messages").Click();
        Assert.Equal(2, page.FindAll("tbody tr").Count);
    }

    [Fact]
    public void Only_what_is_found_is_shown_and_what_is_not_shown_is_not_chosen()
    {
        _letters.Add(2, "Cart", "till", "NOPE", "no_handler", "Cart has no handler for NOPE.");
        _letters.Add(1, "Shelf", "7", "PAY", "expired", "It was too late.");
        var page = Render<DeadLettersPage>();
        page.Find("thead input").Change(true);
        Assert.NotNull(Button(page, "Replay 3 chosen"));
        page.Find("input[type=search]").Input(" SHELF/7 ");
        Assert.StartsWith("PAY to Shelf/7", Text(Assert.Single(page.FindAll("tbody tr")).Children[2]), StringComparison.Ordinal);
        Assert.NotNull(Button(page, "Replay 1 chosen"));
        page.Find("input[type=search]").Input("<b>nothing</b>");
        Assert.Equal("None of the 3 that were read is like that.", page.Find("p.empty").TextContent);
        Assert.DoesNotContain(page.FindAll("button"), button => button.TextContent.Contains("chosen", StringComparison.Ordinal));
    }

    [Fact]
    public void All_of_a_kind_are_replayed_with_one_choice_the_oldest_first_and_the_outcome_of_each_is_recorded()
    {
        _letters.Add(3, "Cart", "till", "NOPE", "no_handler", "Cart has no handler for NOPE.");
        _letters.Add(1, "Shelf", "7", "PAY", "expired", "It was too late.");
        _letters.Refused = _letters.All[1].Id;
        var page = Render<DeadLettersPage>();
        page.FindAll("tbody input")[1].Change(true);
        Button(page, "Replay 3 chosen").Click();
        Button(page, "Replay").Click();
        page.WaitForElement(".notice.bad");
        Assert.Equal("2 sent again. It was already replayed with password=[redacted]", page.Find(".notice").TextContent);
        Assert.Equal(_letters.All.Take(3).Select(one => one.Id), _letters.Tried);
        Assert.Equal(
            ["observatory_action_done", "observatory_action_refused", "observatory_action_done"],
            _logs.Records.Where(record => record.Event != "observatory_action" && record.Message.Contains("replay of dead letter", StringComparison.Ordinal)).Select(record => record.Event));
        Assert.Equal("2 of 3", page.FindAll("tbody tr")[1].Children[3].TextContent);
        page.Find(".filters input[type=checkbox]").Change(true);
        Assert.Equal(["PAY", "NOPE"], page.FindAll("tbody tr").Select(row => Text(row.Children[2]).Split(' ')[0]));
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<DeadLettersPage> page, string text) => page.FindAll("button").First(button => button.TextContent.Trim() == text);

    private static string Text(AngleSharp.Dom.IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private sealed class Letters : IObservatoryDeadLetters
    {
        private static readonly DateTimeOffset Start = new(2026, 1, 1, 14, 0, 0, TimeSpan.Zero);

        /// <summary>The oldest first.</summary>
        public List<ObservatoryDeadLetter> All { get; } = [];

        public List<Guid> Tried { get; } = [];

        public Guid Refused { get; set; }

        public void Add(int count, string type, string id, string message, string reason, string detail)
        {
            for (var i = 0; i < count; i++)
            {
                All.Add(new ObservatoryDeadLetter(Guid.NewGuid(), type, id, message, reason, detail, Start.AddSeconds(All.Count), Guid.NewGuid(), null, null));
            }
        }

        public Task<IReadOnlyList<ObservatoryDeadLetter>> ListAsync(Guid? before, int count, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ObservatoryDeadLetter>>(
                [.. All.Take(before is { } id ? All.FindIndex(one => one.Id == id) : All.Count).Reverse().Take(count)]);

        public Task<string?> ReplayAsync(Guid id, string by, CancellationToken cancellationToken)
        {
            Assert.Equal("the operator", by);
            Tried.Add(id);
            if (id == Refused)
            {
                return Task.FromResult<string?>("It was already replayed with password=hunter2hunter2.");
            }

            var index = All.FindIndex(one => one.Id == id);
            All[index] = All[index] with { ReplayedAt = Start.AddDays(1) };
            return Task.FromResult<string?>(null);
        }
    }
}
