using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that comes from configuration.</summary>
public class ParameterResource : Resource, IExpressionValue
{
    private readonly Lazy<string> value;

    /// <summary>Makes a parameter whose value is asked for once.</summary>
    public ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false) : base(name)
    {
        ArgumentNullException.ThrowIfNull(callback);
        value = new(() => callback(Default));
        Secret = secret;
    }

    /// <summary>Never to be shown.</summary>
    public bool Secret { get; }

    /// <summary>Where its value comes from if configuration has none.</summary>
    public ParameterDefault? Default { get; set; }

    /// <inheritdoc />
    public string ValueExpression => $"{{{Name}.value}}";

    /// <inheritdoc />
    /// <exception cref="MissingParameterValueException">Configuration has no value and there is no default.</exception>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => new(value.Value);

    internal string Resolve() => value.Value;
}

/// <summary>Makes up a parameter's value.</summary>
public abstract class ParameterDefault
{
    /// <summary>The value.</summary>
    public abstract string GetDefaultValue();
}

/// <summary>Makes up a random value.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    // As the real one: letters and digits that look alike are left out, so are specials that need escaping.
    private const string LowerChars = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperChars = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string NumericChars = "0123456789";
    private const string SpecialChars = "-_.{}~()*+!";

    /// <summary>The fewest characters.</summary>
    public int MinLength { get; set; }

    /// <summary>May hold lower-case letters.</summary>
    public bool Lower { get; set; } = true;

    /// <summary>May hold upper-case letters.</summary>
    public bool Upper { get; set; } = true;

    /// <summary>May hold digits.</summary>
    public bool Numeric { get; set; } = true;

    /// <summary>May hold special characters.</summary>
    public bool Special { get; set; } = true;

    /// <inheritdoc />
    public override string GetDefaultValue()
    {
        var alphabet = (Lower ? LowerChars : "") + (Upper ? UpperChars : "") + (Numeric ? NumericChars : "")
            + (Special ? SpecialChars : "");
        return RandomNumberGenerator.GetString(alphabet, Math.Max(MinLength, 1));
    }
}
