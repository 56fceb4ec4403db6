using System.Diagnostics;
using System.Runtime.CompilerServices;
using Choir.Redaction;
using OpenTelemetry;

namespace Choir.ServiceDefaults.Telemetry.Export;

/// <summary>
/// Removes secrets from the texts of a span that is exported, as in log records, and cuts those of its attributes to
/// <see cref="MaxCharacters"/> in all. The exporter limits the number of events and the length of their attributes.
/// </summary>
internal sealed class SpanSizeLimit : BaseProcessor<Activity>
{
    /// <summary>The most characters of all texts of one span.</summary>
    public const int MaxCharacters = 8_192;

    /// <summary>The most characters of one attribute, of events too. The exporter applies it.</summary>
    public const int MaxValueCharacters = 2_048;

    /// <summary>The most events of a span. The exporter applies it.</summary>
    public const int MaxEvents = 4;

    private const int MaxStatus = 1_024;

    public override void OnEnd(Activity data)
    {
        var characters = 0;
        foreach (ref readonly var tag in data.EnumerateTagObjects())
        {
            characters += Clean(in tag);
        }

        foreach (ref readonly var one in data.EnumerateEvents())
        {
            foreach (ref readonly var tag in one.EnumerateTagObjects())
            {
                Clean(in tag);
            }
        }

        if (characters > MaxCharacters)
        {
            Cut(data);
        }

        if (data.StatusDescription is { } description && PlainText.Shorten(Clean(description), MaxStatus) is var shown && shown != description)
        {
            data.SetStatus(data.Status, shown);
        }
    }

    // Replaces the value where it is stored, because the attributes of an event cannot be set. The span has ended, and nothing
    // else reads it yet. Returns the length of the text.
    private static int Clean(ref readonly KeyValuePair<string, object?> tag)
    {
        if (tag.Value is not string text)
        {
            return 0;
        }

        var shown = Redactor.IsSecret(tag.Key) ? Redactor.Mark : Clean(text);
        if (!ReferenceEquals(shown, text))
        {
            Unsafe.AsRef(in tag) = new(tag.Key, shown);
        }

        return shown.Length;
    }

    // Of more than is shown, so that no secret is cut in half and no longer recognised.
    private static string Clean(string text) => Redactor.Clean(PlainText.Shorten(text, 2 * MaxCharacters));

    // As in a log record, each text takes at most half of what is left.
    private static void Cut(Activity span)
    {
        var left = MaxCharacters;
        foreach (var (name, value) in span.TagObjects.ToArray())
        {
            if (value is not string text)
            {
                continue;
            }

            if (text.Length > left / 2)
            {
                text = PlainText.Shorten(text, left / 2);
                span.SetTag(name, text);
            }

            left -= text.Length;
        }
    }
}
