namespace Choir.Tests.Support;

/// <summary>
/// Tests that read a whole process' metrics as text: they run while no other test does, because a meter of another test's
/// service that has the same name, and ends with it, takes this one's figures off the text.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
