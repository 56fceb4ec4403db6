namespace Choir.LoadTest.Objectives;

/// <summary>Objectives that cannot be generated; the message has a sentence for each mistake.</summary>
internal sealed class ObjectivesException(IReadOnlyList<string> problems, Exception? inner = null)
    : Exception(string.Join(Environment.NewLine, problems), inner)
{
    public ObjectivesException(string problem, Exception? inner = null)
        : this([problem], inner)
    {
    }
}
