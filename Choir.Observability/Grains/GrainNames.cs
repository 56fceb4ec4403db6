using System.Text;
using Choir.Redaction;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>The names of grains and their methods in telemetry. They are cut, because those of generic types may be of any length.</summary>
internal static class GrainNames
{
    /// <summary>The most characters of a name.</summary>
    public const int MaxLength = 256;

    // After the name of a type that is another thing's in telemetry.
    private const string Grain = " (grain)";

    /// <summary>The most levels of type arguments inside of type arguments.</summary>
    private const int MaxDepth = 4;

    /// <summary>
    /// The name of a grain type; that of a generic one has its type arguments. A name that means something else in telemetry is marked, such as
    /// <c>gateway (grain)</c>: Orleans gives it to a class <c>GatewayGrain</c>.
    /// </summary>
    public static string TypeOf(GrainType type)
    {
        var name = TextCut.Shorten(type.ToString() ?? "", MaxLength);
        return name is TelemetryNames.Gateway or TelemetryNames.Host or TelemetryNames.Stream or TelemetryNames.Other or MessageKind.Unknown ? name + Grain : name;
    }

    /// <summary>The name in Orleans of a type, unless it was cut.</summary>
    public static string TypeOfShown(string name) => name.EndsWith(Grain, StringComparison.Ordinal) ? name[..^Grain.Length] : name;

    /// <summary>The name of a method, such as <c>ICart&lt;Int32&gt;.AddAsync</c>. Overloads have one name.</summary>
    public static string MethodOf(Type grainInterface, string method) =>
        TextCut.Shorten($"{NameOf(grainInterface, MaxDepth)}.{method}", MaxLength);

    private static string NameOf(Type type, int depth)
    {
        if (!type.IsGenericType)
        {
            return type.Name;
        }

        var arity = type.Name.IndexOf('`', StringComparison.Ordinal);
        var name = new StringBuilder(arity < 0 ? type.Name : type.Name[..arity]).Append('<');
        var isFirst = true;
        foreach (var argument in type.GetGenericArguments())
        {
            name.Append(isFirst ? "" : ", ").Append(depth == 0 ? "…" : NameOf(argument, depth - 1));
            isFirst = false;
        }

        return name.Append('>').ToString();
    }
}
