using System.Buffers.Binary;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

public sealed class Mp4PayloadTests
{
    [Fact]
    public void Find_AfterOtherBoxes_TheMediaData()
    {
        byte[] file = [.. Box("ftyp", 4), .. Box("free", 0), .. Box("mdat", 5), .. Box("moov", 9)];

        Assert.Equal(28..33, Mp4Payload.Find(file));
    }

    [Fact]
    public void Find_LongSizeOrUntilTheEnd_Understood()
    {
        byte[] wide = [0, 0, 0, 1, .. "mdat"u8, 0, 0, 0, 0, 0, 0, 0, 18, 7, 7];
        byte[] open = [0, 0, 0, 0, .. "mdat"u8, 7, 7, 7];

        Assert.Equal(16..18, Mp4Payload.Find(wide));
        Assert.Equal(8..11, Mp4Payload.Find(open));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(30)]
    public void Find_NoneOrCut_Refused(int length) =>
        Assert.Throws<InputException>(() => Mp4Payload.Find([.. Box("moov", 12).Concat(Box("mdat", 100)).Take(length)]));

    private static byte[] Box(string type, int content)
    {
        byte[] box = new byte[8 + content];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        for (int i = 0; i < 4; i++)
        {
            box[4 + i] = (byte)type[i];
        }

        return box;
    }
}
