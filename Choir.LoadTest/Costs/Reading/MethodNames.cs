using System.Text.RegularExpressions;

namespace Choir.LoadTest.Costs.Reading;

/// <summary>Names of methods as their authors wrote them.</summary>
internal static partial class MethodNames
{
    /// <summary>A method whose name is not known, because it was unloaded or is native.</summary>
    public const string Unknown = "?";

    private const int MaxLength = 200;

    /// <summary>Shortens a name: no parameters, no arity, no code that the compiler generated for <c>async</c>, lambdas and local functions.</summary>
    /// <param name="name">The name as the runtime has it, such as <c>Choir.ThreadActor+&lt;Process&gt;d__5.MoveNext()</c>.</param>
    public static string Readable(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return Unknown;
        }

        var parameters = name.IndexOf('(', StringComparison.Ordinal);
        var text = parameters > 0 ? name[..parameters] : name;
        text = TypeArguments().Replace(text, "");
        text = Arity().Replace(text, "");
        text = StateMachine().Replace(text, ".$1");
        text = Closure().Replace(text, ".");
        text = LocalFunction().Replace(text, "$1.$2");
        text = Lambda().Replace(text, "$1 (lambda)");
        return text.Length > MaxLength ? text[..MaxLength] + "…" : text;
    }

    // The runtime writes them in square brackets, nested.
    [GeneratedRegex(@"\[(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*\]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TypeArguments();

    [GeneratedRegex(@"`\d+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Arity();

    [GeneratedRegex(@"[+.]<([^<>]*(?:<[^<>]*>[^<>]*)?)>d(?:__\d+)?\.MoveNext$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex StateMachine();

    [GeneratedRegex(@"[+.]<>c(?:__DisplayClass\d+_\d+)?\.", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Closure();

    [GeneratedRegex(@"<([^<>]+)>g__([^|<>]+)\|\d+(?:_\d+)?", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LocalFunction();

    [GeneratedRegex(@"<([^<>]+)>b__\d+(?:_\d+)?", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Lambda();
}
