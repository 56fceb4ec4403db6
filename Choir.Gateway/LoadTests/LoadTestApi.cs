using System.ComponentModel;
using Choir.Contracts.LoadTests;
using Choir.Gateway.Health;
using Choir.Gateway.Problems;
using Choir.Observatory.Api;
using Choir.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Choir.Gateway.LoadTests;

/// <summary>The routes that store and list the results of load tests.</summary>
internal static class LoadTestApi
{
    public static void MapLoadTests(this IEndpointRouteBuilder app)
    {
        var tests = app.MapGroup("/load-tests").WithTags("Load tests");
        tests.MapPost("", StoreAsync)
            .WithName("StoreLoadTest")
            .WithSummary("Store the result of a load test")
            .WithDescription(
                "201 if it is new. Safe to repeat: a result whose `id` is stored already is not changed, and the stored one is answered with 200."
                + " The newest 1,000 results are kept, for 365 days, unless configured otherwise.")
            .WithMetadata(new BodyLimit.MaxBody(LoadTestRules.MaxBytes))
            .Produces<LoadTestResult>(StatusCodes.Status201Created)
            .Produces<LoadTestResult>()
            .WithProblems(400, 409, 413, 415, 503)
            .WithRequestExample(LoadTestExamples.Result);
        tests.MapGet("", ListAsync)
            .WithName("ListLoadTests")
            .WithSummary("The results of load tests, newest first")
            .WithDescription("A page ends early if its results are large. `GET /load-tests/trends` is a page for people that shows them as lines.")
            .WithProblems(400, 503);
        tests.MapGet("/profiles", ListProfilesAsync)
            .WithName("ListLoadTestProfiles")
            .WithSummary("The profiles that have results, the one with the newest result first")
            .WithProblems(503);
        tests.MapGet("/{id}", GetAsync)
            .WithName("GetLoadTest")
            .WithSummary("The result of a load test")
            .WithProblems(400, 404, 503);
    }

    private static async Task<IResult> StoreAsync(
        LoadTestResult result, LoadTestStore store, DatabaseWatch database, TimeProvider time, CancellationToken cancellationToken)
    {
        if (LoadTestRules.Problems(result, time.GetUtcNow()) is { Count: > 0 } problems)
        {
            throw ProblemException.Invalid(string.Join(' ', problems));
        }

        if (await database.ChangeAsync(token => store.AddAsync(result, token), cancellationToken))
        {
            return TypedResults.Created($"/load-tests/{result.Id}", result);
        }

        // None if it was removed meanwhile, because it is older than all that are kept.
        var stored = await database.ReadAsync(token => store.GetAsync(result.Id, token), cancellationToken);
        return TypedResults.Ok(stored ?? result);
    }

    private static async Task<Ok<LoadTestPage>> ListAsync(
        [Description("Only the results of this profile; all if omitted.")] [FromQuery] string? profile,
        [AsParameters] PageQuery page,
        LoadTestStore store,
        DatabaseWatch database,
        CancellationToken cancellationToken)
    {
        if (profile is not null && !LoadTestRules.IsProfile(profile))
        {
            throw ProblemException.Invalid($"?profile= must have {LoadTestRules.ProfileForm}.");
        }

        var (cursor, count) = (page.Cursor, page.Size);
        var (results, next) = await database.ReadAsync(token => store.ListAsync(profile, cursor, count, token), cancellationToken);
        return TypedResults.Ok(new LoadTestPage(results, next));
    }

    private static async Task<Ok<LoadTestProfiles>> ListProfilesAsync(
        LoadTestStore store, DatabaseWatch database, CancellationToken cancellationToken) =>
        TypedResults.Ok(new LoadTestProfiles(await database.ReadAsync(store.ListProfilesAsync, cancellationToken)));

    private static async Task<Ok<LoadTestResult>> GetAsync(
        [Description("The result's id.")] string id, LoadTestStore store, DatabaseWatch database, CancellationToken cancellationToken)
    {
        var testId = Ids.Parse(id, "load test's id");
        return TypedResults.Ok(
            await database.ReadAsync(token => store.GetAsync(testId, token), cancellationToken)
            ?? throw ProblemException.NotFound($"There is no result of a load test {testId}."));
    }
}
