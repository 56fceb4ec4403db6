using Choir.Tests.Support.Otlp;

namespace Choir.Tests.Samples;

/// <summary>What the scripted client of the shop gets, and what there is to count because of it.</summary>
internal static class ShopScript
{
    // The calls for which nobody waits: the program may end before them.
    private const string Reminder = "IRemindable.ReceiveReminder";
    private const string Stream = "Stream.OnNextAsync";

    private static readonly (string? Source, string? Type, string? Method, string? Outcome, int Count)[] Calls =
    [
        ("gateway", "order", "IOrder.PlaceAsync", "ok", 6),
        ("gateway", "stock", "IStock.FillAsync", "ok", 2),
        ("host", "order", Reminder, "ok", 4),
        ("order", "customer", "ICustomer.TellAsync", "ok", 6),
        ("order", "payment", "IPayment.PayAsync", "error", 1),
        ("order", "payment", "IPayment.PayAsync", "ok", 4),
        ("order", "price", "IPrice.OfAsync", "ok", 6),
        ("order", "stock", "IStock.FillAsync", "ok", 1),
        ("order", "stock", "IStock.TakeAsync", "ok", 6),
        ("stream", "sales", Stream, "ok", 4),
    ];

    /// <summary>The answers.</summary>
    public static IReadOnlyList<string> Answers { get; } =
    [
        "There are 30 apples.", "There are 5 pears.",
        "Ann gets 4 apples for 24.", "Ann gets 5 pears for 25.", "Ben gets 10 apples for 60.", "Ann gets 6 apples for 36.",
        "There are no 1 pears.", "Ben cannot pay 54.",
    ];

    /// <summary>The number of calls.</summary>
    public static int Count => Calls.Sum(call => call.Count);

    /// <summary>Checks the series of <c>message.flow</c>.</summary>
    public static void Check(IEnumerable<(string? Source, string? Type, string? Method, string? Outcome, int Count)> flow) =>
        Assert.Equal(Calls, flow.Where(one => one.Count > 0).Order());

    /// <summary>Checks the last figures of the program, whose client is a service of its silo, and which does not wait for reminders and streams.</summary>
    public static void Check(OtlpInbox inbox) => Assert.Equal(OfProgram(), Of(inbox));

    /// <summary>Whether the figures of the program are those of all orders.</summary>
    public static bool IsComplete(OtlpInbox inbox) => OfProgram().SequenceEqual(Of(inbox));

    /// <summary>The calls of a program whose client is a service of its silo, without <see cref="IsAwaited">those for which nobody waits</see>.</summary>
    public static IEnumerable<(string? Source, string? Type, string? Method, string? Outcome, int Count)> OfProgram() =>
        Calls.Where(call => IsAwaited(call.Method)).Select(call => call with { Source = call.Source == "gateway" ? "host" : call.Source }).Order();

    /// <summary>Whether the client waits for the calls of a method, itself or through others: not for reminders and items of streams.</summary>
    public static bool IsAwaited(string? method) => method is not (Reminder or Stream);

    private static IEnumerable<(string? Source, string? Type, string? Method, string? Outcome, int Count)> Of(OtlpInbox inbox) =>
        inbox.Metrics().TryGetValue("message.flow", out var flow)
            ? flow.Sum.DataPoints.Select(point => (
                point.Attributes.Text("source.type"), point.Attributes.Text("actor.type"), Method: point.Attributes.Text("message.type"),
                point.Attributes.Text("outcome"), Count: (int)point.AsInt)).Where(one => one.Count > 0 && IsAwaited(one.Method)).Order()
            : [];
}
