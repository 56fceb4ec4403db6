namespace Choir.Tests.Support;

/// <summary>
/// Tests that read the metrics of the whole process as text. They do not run in parallel with other tests, because disposing
/// another service's meter with the same name removes this one's series from the text.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
