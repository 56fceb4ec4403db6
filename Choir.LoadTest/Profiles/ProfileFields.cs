namespace Choir.LoadTest.Profiles;

/// <summary>The names of the fields of a profile, in files and in errors.</summary>
internal static class ProfileFields
{
    public const string Name = "name";
    public const string Kind = "kind";
    public const string Users = "users";
    public const string Timeout = "timeout";
    public const string Refine = "refine";
    public const string Stages = "stages";
    public const string Scenarios = "scenarios";
    public const string Objectives = "objectives";

    /// <summary>Of a stage.</summary>
    public const string Duration = "duration";

    /// <summary>Of a stage.</summary>
    public const string Rate = "rate";

    /// <summary>Of a scenario.</summary>
    public const string Scenario = "scenario";

    /// <summary>Of a scenario.</summary>
    public const string Share = "share";
}
