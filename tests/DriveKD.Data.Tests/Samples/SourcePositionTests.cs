using DriveKD.Data.Samples;

namespace DriveKD.Data.Tests.Samples;

public sealed class SourcePositionTests
{
    [Fact]
    public void Equals_SpeltOutAndJoinedPath_Equal()
    {
        SourcePosition spelt = new("f.json", 3, "$.QA[2]");
        SourcePosition joined = new("f.json", 3, "$.QA", 2);

        Assert.Equal(spelt, joined);
        Assert.Equal(spelt.GetHashCode(), joined.GetHashCode());
        Assert.NotEqual(spelt, new SourcePosition("f.json", 3, "$.QA", 1));
        Assert.Equal("f.json, sample 3 ($.QA[2])", joined.ToString());
    }
}
