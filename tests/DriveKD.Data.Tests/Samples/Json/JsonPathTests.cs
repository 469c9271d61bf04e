using DriveKD.Data.Samples.Json;

namespace DriveKD.Data.Tests.Samples.Json;

public sealed class JsonPathTests
{
    [Theory]
    [InlineData("QA", "$.QA")]
    [InlineData("0af-1_b", "$.0af-1_b")]
    [InlineData("", "$['']")]
    [InlineData("a b", "$['a b']")]
    [InlineData("it's", @"$['it\'s']")]
    [InlineData("<c1,CAM>", "$['<c1,CAM>']")]
    [InlineData("a\u0007", @"$['a\u0007']")]
    public void Property_Name_PlainOrQuoted(string name, string expected) => Assert.Equal(expected, JsonPath.Property(JsonPath.Root, name));

    [Fact]
    public void Property_LongName_Cut() => Assert.Equal($"$['{new string('x', 80)}...']", JsonPath.Property(JsonPath.Root, new string('x', 500)));
}
