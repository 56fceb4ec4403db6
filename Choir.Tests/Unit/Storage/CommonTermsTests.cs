using Choir.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Storage;

public class CommonTermsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_number_of_a_common_term_is_remembered_for_a_minute_and_that_of_a_rare_one_is_not()
    {
        var terms = new CommonTerms(_time);
        terms.Add("lens", CommonTerms.From);
        terms.Add("rare", CommonTerms.From - 1);

        Assert.Equal(CommonTerms.From, terms.Find("lens"));
        Assert.Null(terms.Find("rare"));
        Assert.Null(terms.Find("other"));

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(CommonTerms.From, terms.Find("lens"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(terms.Find("lens"));
    }

    [Fact]
    public void A_limited_number_of_terms_is_remembered()
    {
        var terms = new CommonTerms(_time);
        string[] words = [.. Enumerable.Range(0, 25_000).Select(number => $"word{number}")];
        foreach (var word in words)
        {
            terms.Add(word, 1_000);
        }

        Assert.InRange(words.Count(word => terms.Find(word) is not null), 1, 10_000);
    }
}
