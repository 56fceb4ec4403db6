using Choir.Redaction;

namespace Choir.Tests.Unit.Redaction;

public sealed class LogSecretsTests
{
    [Fact]
    public void A_secret_that_the_cut_splits_is_hidden()
    {
        var message = new string('x', 90) + "correct-horse-battery";
        Assert.Equal(new string('x', 90) + Redactor.Mark, LogSecrets.HideIn(message, Fields(("ApiToken", "correct-horse-battery")), 100));
        Assert.Equal(new string('x', 90) + "correct-ho", LogSecrets.HideIn(message, Fields(("Place", "correct-horse-battery")), 100));
    }

    [Fact]
    public void What_moves_over_the_cut_because_another_secret_was_hidden_is_hidden_too() => Assert.Equal(
        "[redacted] [redacted] [redac",
        LogSecrets.HideIn("aaaabbbb aaaabbbb 12345678", Fields(("ApiToken", "aaaabbbb"), ("Password", "12345678")), 28));

    [Fact]
    public void A_secret_that_is_part_of_another_leaves_no_rest_of_it() =>
        Assert.Equal(Redactor.Mark, LogSecrets.HideIn("hunter2hunter2", Fields(("Password", "hunter2"), ("ApiToken", "hunter2hunter2"))));

    [Fact]
    public void Each_item_of_a_sequence_is_hidden() =>
        Assert.Equal("[redacted], [redacted]", LogSecrets.HideIn("first, second", Fields(("Password", new[] { "first", "second" }))));

    [Fact]
    public void A_message_with_too_much_to_search_for_is_hidden()
    {
        var secrets = Enumerable.Range(0, 16_384).Select(i => $"secret-{i}").ToArray();
        Assert.Equal(Redactor.Mark, LogSecrets.HideIn(new string('x', 1_000_000), Fields(("Password", secrets))));
        Assert.Equal(new string('x', 1_000), LogSecrets.HideIn(new string('x', 1_000_000), Fields(("Password", secrets)), 1_000));
        Assert.Equal(Redactor.Mark, LogSecrets.HideIn("text", Array.ConvertAll(secrets, secret => KeyValuePair.Create(secret, (object?)1))));
    }

    private static KeyValuePair<string, object?>[] Fields(params (string Name, object? Value)[] fields) =>
        Array.ConvertAll(fields, field => KeyValuePair.Create(field.Name, field.Value));
}
