using Choir.Contracts.LoadTests;
using Choir.Storage;

namespace Choir.Gateway.LoadTests;

/// <summary>A page of results, newest first.</summary>
/// <param name="LoadTests">The results of this page.</param>
/// <param name="Next">The cursor of the next page, given as <c>?before=</c>; null on the last one.</param>
internal sealed record LoadTestPage(IReadOnlyList<LoadTestResult> LoadTests, Guid? Next);

/// <summary>The profiles that have results, the one with the newest result first.</summary>
/// <param name="Profiles">Each profile.</param>
internal sealed record LoadTestProfiles(IReadOnlyList<LoadTestProfile> Profiles);
