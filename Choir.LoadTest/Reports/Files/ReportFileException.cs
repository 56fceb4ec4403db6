namespace Choir.LoadTest.Reports.Files;

/// <summary>A file cannot be read or written. The message is a sentence for the user.</summary>
/// <param name="message">What is wrong with the file, and what to do.</param>
/// <param name="inner">The cause, if it is an exception.</param>
public sealed class ReportFileException(string message, Exception? inner = null) : Exception(message, inner);
