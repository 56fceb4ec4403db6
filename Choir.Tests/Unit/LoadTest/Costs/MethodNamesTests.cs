using Choir.LoadTest.Costs.Reading;

namespace Choir.Tests.Unit.LoadTest.Costs;

public sealed class MethodNamesTests
{
    [Theory]
    [InlineData("Choir.ThreadActor.Process(class Choir.Input)", "Choir.ThreadActor.Process")]
    [InlineData("Choir.ThreadActor+<Process>d__5.MoveNext()", "Choir.ThreadActor.Process")]
    [InlineData("System.Collections.Generic.Dictionary`2[System.__Canon,System.Int32].FindValue(!0)", "System.Collections.Generic.Dictionary.FindValue")]
    [InlineData("A.B`1[System.Collections.Generic.List`1[System.String]].C(int32)", "A.B.C")]
    [InlineData("A.B+<>c__DisplayClass3_0.<Run>b__1()", "A.B.Run (lambda)")]
    [InlineData("A.B+<>c.<Run>b__1_0(class System.Object)", "A.B.Run (lambda)")]
    [InlineData("A.B.<Run>g__Inner|4_0(int32)", "A.B.Run.Inner")]
    [InlineData("A.B..ctor()", "A.B..ctor")]
    [InlineData("", "?")]
    [InlineData(null, "?")]
    public void Names_are_as_their_authors_wrote_them(string? name, string readable) => Assert.Equal(readable, MethodNames.Readable(name));

    [Fact]
    public void Long_names_are_cut() => Assert.Equal(201, MethodNames.Readable(new string('a', 5_000)).Length);
}
