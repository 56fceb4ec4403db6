namespace Choir.LoadTest.Objectives;

/// <summary>A file that belongs to objectives.</summary>
/// <param name="Path">Its path, relative to the output folder.</param>
/// <param name="Content">Its content.</param>
/// <param name="IsUpToDate">Whether it has this content already.</param>
internal sealed record GeneratedFile(string Path, string Content, bool IsUpToDate);
