using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Folders;

public sealed class FreeSpaceTests
{
    [Fact]
    public void Require_MoreThanThereIs_SaysHowMuchIsMissing()
    {
        using TemporaryFolder folder = new();

        FreeSpace.Require(folder["deep", "not", "there"], 1, "a checkpoint");
        InputException exception = Assert.Throws<InputException>(() => FreeSpace.Require(folder["deep"], 1L << 60, "a checkpoint"));

        Assert.Matches(@"^a checkpoint needs 1152921504\.6 GB, but only [0-9.]+ [GM]B are free; ", exception.Problems[0].What);
        Assert.Equal(folder["deep"], exception.Problems[0].Where);
    }
}
