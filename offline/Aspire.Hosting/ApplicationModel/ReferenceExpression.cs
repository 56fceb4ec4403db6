using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A text with values in it that are resolved when the application starts.</summary>
public class ReferenceExpression : IExpressionValue, IValueWithReferences
{
    /// <summary>The empty expression; its value is null.</summary>
    public static readonly ReferenceExpression Empty = new("", [], [], []);

    private readonly string[] manifestExpressions;

    internal ReferenceExpression(string format, IValueProvider[] valueProviders, string[] manifestExpressions,
        string?[] stringFormats)
    {
        StringFormats = stringFormats;
        Format = format;
        ValueProviders = valueProviders;
        this.manifestExpressions = manifestExpressions;
    }

    /// <summary>The text, with <c>{0}</c> for the first value.</summary>
    public string Format { get; }

    /// <summary>The values.</summary>
    public IReadOnlyList<IValueProvider> ValueProviders { get; }

    /// <summary>How each value is written: <c>uri</c> escapes it; null leaves it.</summary>
    public IReadOnlyList<string?> StringFormats { get; }

    /// <inheritdoc />
    public string ValueExpression => string.Format(CultureInfo.InvariantCulture, Format, manifestExpressions);

    IEnumerable<object> IValueWithReferences.References => ValueProviders;

    /// <summary>Makes an expression from an interpolated string.</summary>
    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.Builder.Build();

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => GetValueAsync(new(), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken)
    {
        if (Format.Length == 0)
            return null;
        var values = new object?[ValueProviders.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var value = await ValueProviders[i].GetValueAsync(context, cancellationToken);
            values[i] = StringFormats[i] switch
            {
                null => value,
                "uri" => Uri.EscapeDataString(value ?? ""),
                var format => throw new FormatException($"The format '{format}' is not supported."),
            };
        }
        return string.Format(CultureInfo.InvariantCulture, Format, values);
    }

    /// <summary>Takes the interpolated string of <see cref="Create"/> apart.</summary>
    [InterpolatedStringHandler]
    public ref struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        internal ReferenceExpressionBuilder Builder { get; } = new(literalLength + (4 * formattedCount));

        /// <summary>Adds text.</summary>
        public readonly void AppendLiteral(string value) => Builder.AppendText(value);

        /// <summary>Adds text.</summary>
        public readonly void AppendFormatted(string? value) => Builder.AppendText(value);

        /// <summary>Adds a value.</summary>
        public readonly void AppendFormatted<T>(T valueProvider) where T : IValueProvider, IManifestExpressionProvider =>
            Builder.AppendFormatted(valueProvider);

        /// <summary>Adds a value, escaped for a URI if <paramref name="format"/> is <c>uri</c>.</summary>
        public readonly void AppendFormatted<T>(T valueProvider, string? format = null)
            where T : IValueProvider, IManifestExpressionProvider =>
            Builder.AppendFormatted(valueProvider, format);

        /// <summary>Adds a resource's value.</summary>
        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider =>
            Builder.AppendFormatted(valueProvider.Resource);
    }
}

/// <summary>Makes a <see cref="ReferenceExpression"/> piece by piece.</summary>
public class ReferenceExpressionBuilder
{
    private readonly StringBuilder text;
    private readonly List<IValueProvider> values = [];
    private readonly List<string> expressions = [];
    private readonly List<string?> formats = [];

    /// <summary>An empty one.</summary>
    public ReferenceExpressionBuilder() : this(64)
    {
    }

    internal ReferenceExpressionBuilder(int capacity) => text = new(capacity);

    /// <summary>True while nothing was added.</summary>
    public bool IsEmpty => text.Length == 0;

    /// <summary>Adds an interpolated string.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1822", Justification = "The handler is given this builder.")]
    public void Append([InterpolatedStringHandlerArgument("")] in ReferenceExpressionBuilderInterpolatedStringHandler handler)
    {
        // The handler has written into this builder already.
    }

    /// <summary>Adds text as it is: a brace must be doubled.</summary>
    public void AppendLiteral(string value) => text.Append(value);

    /// <summary>Adds text as it is: a brace must be doubled.</summary>
    public void AppendFormatted(string? value) => text.Append(value);

    /// <summary>Adds a value.</summary>
    public void AppendFormatted<T>(T valueProvider) where T : IValueProvider, IManifestExpressionProvider =>
        AppendFormatted(valueProvider, format: null);

    /// <summary>Adds a value, escaped for a URI if <paramref name="format"/> is <c>uri</c>.</summary>
    public void AppendFormatted<T>(T valueProvider, string? format) where T : IValueProvider, IManifestExpressionProvider
    {
        formats.Add(format);
        text.Append(CultureInfo.InvariantCulture, $"{{{values.Count}}}");
        values.Add(valueProvider);
        expressions.Add(valueProvider.ValueExpression);
    }

    /// <summary>The expression so far.</summary>
    public ReferenceExpression Build() => new(text.ToString(), [.. values], [.. expressions], [.. formats]);

    // Single braces are escaped, already doubled ones are left: the text becomes a composite format.
    internal void AppendText(string? value)
    {
        for (var i = 0; i < value?.Length; i++)
        {
            text.Append(value[i]);
            if (value[i] is not ('{' or '}'))
                continue;
            text.Append(value[i]);
            if (i + 1 < value.Length && value[i + 1] == value[i])
                i++;
        }
    }

    /// <summary>Takes the interpolated string of <see cref="Append"/> apart.</summary>
    [InterpolatedStringHandler]
    public ref struct ReferenceExpressionBuilderInterpolatedStringHandler
    {
        private readonly ReferenceExpressionBuilder builder;

        /// <summary>Made by the compiler.</summary>
        public ReferenceExpressionBuilderInterpolatedStringHandler(
            int literalLength, int formattedCount, ReferenceExpressionBuilder builder) => this.builder = builder;

        /// <summary>Adds text.</summary>
        public readonly void AppendLiteral(string value) => builder.AppendText(value);

        /// <summary>Adds text.</summary>
        public readonly void AppendFormatted(string? value) => builder.AppendText(value);

        /// <summary>Adds a value.</summary>
        public readonly void AppendFormatted<T>(T valueProvider) where T : IValueProvider, IManifestExpressionProvider =>
            builder.AppendFormatted(valueProvider);

        /// <summary>Adds a value, escaped for a URI if <paramref name="format"/> is <c>uri</c>.</summary>
        public readonly void AppendFormatted<T>(T valueProvider, string? format)
            where T : IValueProvider, IManifestExpressionProvider =>
            builder.AppendFormatted(valueProvider, format);

        /// <summary>Adds a resource's value.</summary>
        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider =>
            builder.AppendFormatted(valueProvider.Resource);
    }
}
