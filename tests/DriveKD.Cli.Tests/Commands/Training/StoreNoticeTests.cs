using DriveKD.Cli.Commands.Training;
using DriveKD.Distillation.Stores;

namespace DriveKD.Cli.Tests.Commands.Training;

public class StoreNoticeTests
{
    [Fact]
    public void Of_NothingToSay_IsNull() => Assert.Null(StoreNotice.Of(new StoreCounts(5, 6, 0, 0, 100)));

    [Fact]
    public void Of_DamageDroppedAndTooLarge_SaysAllAndNamesTheLeastLimit()
    {
        string notice = StoreNotice.Of(new StoreCounts(5, 6, 2, 3, 100) { TooLarge = 4, LargestBytes = (7 << 20) + 1 })!;

        Assert.StartsWith("cache.folder: 2 entries were damaged", notice, StringComparison.Ordinal);
        Assert.Contains("; 3 entries that were not used for longest went", notice, StringComparison.Ordinal);
        Assert.EndsWith("; 4 entries were not kept because each alone is larger than cache.folder_limit; for one of them it has to be at least 8", notice, StringComparison.Ordinal);
    }
}
