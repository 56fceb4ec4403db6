using Choir.Actors.Inspection;

namespace Choir.Observatory.Components;

/// <summary>Where a handler stands, in words.</summary>
internal static class StackText
{
    /// <summary>What is awaited and the innermost line that is known; null if there are no frames.</summary>
    public static string? Of(HandlerPosition? stack)
    {
        if (stack is not { Frames: [.., var end] })
        {
            return null;
        }

        var at = stack.Frames.LastOrDefault(frame => frame is { Depth: 0, File: not null, Line: not null });
        var place = at is null ? "" : $" at {FileName(at.File!)}:{at.Line}";
        return end.Kind switch
        {
            "ask" => $"awaits {end.MessageType} from {end.Name}{place}",
            "running" => $"{end.Name}{place}",
            _ => $"awaits {end.Name}{place}",
        };
    }

    /// <summary>The last part of a path of any system.</summary>
    public static string FileName(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
}
