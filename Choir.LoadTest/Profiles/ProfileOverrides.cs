namespace Choir.LoadTest.Profiles;

/// <summary>Values of the command line that replace those of a profile; null keeps the profile's.</summary>
/// <param name="Rate">The rate of the first stage; the others change in proportion.</param>
/// <param name="Duration">The measured time; every stage changes in proportion.</param>
/// <param name="Users">The most operations in flight.</param>
/// <param name="WarmUp">The time of the warm-up.</param>
/// <param name="Seed">The seed.</param>
internal sealed record ProfileOverrides(double? Rate, TimeSpan? Duration, int? Users, TimeSpan? WarmUp, int? Seed)
{
    public LoadProfile Apply(LoadProfile profile)
    {
        var first = profile.Stages.Count == 0 ? 0 : Math.Max(profile.Stages[0].FromRate, profile.Stages[0].ToRate);
        var rateFactor = Rate is { } rate ? first > 0 ? rate / first : throw new ProfileException(["--rate needs a first stage with a rate above 0."]) : 1;
        var timeFactor = Duration is { } duration && profile.Duration > TimeSpan.Zero ? duration / profile.Duration : 1;
        return profile with
        {
            Stages = rateFactor == 1 && timeFactor == 1 ? profile.Stages
                : [.. profile.Stages.Select(stage => stage with
                {
                    Duration = stage.Duration * timeFactor, FromRate = stage.FromRate * rateFactor, ToRate = stage.ToRate * rateFactor,
                })],
            Users = Users ?? profile.Users,
            WarmUp = WarmUp ?? profile.WarmUp,
            Seed = Seed ?? profile.Seed,
        };
    }
}
