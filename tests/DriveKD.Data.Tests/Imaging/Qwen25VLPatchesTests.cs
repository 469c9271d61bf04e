using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging;

public sealed class Qwen25VLPatchesTests
{
    [Fact]
    public void Cut_OtherSizes_PlacesEveryPixelByTheDefinition()
    {
        Qwen25VLImageOptions options = new() { PatchSize = 3, MergeSize = 2, TemporalPatchSize = 2 };
        RgbImage image = PictureFactory.Noise(18, 12, 4);
        Qwen25VLPatches patches = Qwen25VLPatches.Cut(image, options);
        float[] planes = new float[3 * 18 * 12];
        options.Normalization.Write(image, planes);

        Assert.Equal((4, 6, 54), (patches.GridHeight, patches.GridWidth, patches.RowLength));
        int row = 0;
        foreach ((int squareY, int squareX, int y, int x) in from a in Enumerable.Range(0, 2) from b in Enumerable.Range(0, 3) from c in Enumerable.Range(0, 2) from d in Enumerable.Range(0, 2) select (a, b, c, d))
        {
            int column = 0;
            foreach ((int channel, int _, int dy, int dx) in from a in Enumerable.Range(0, 3) from b in Enumerable.Range(0, 2) from c in Enumerable.Range(0, 3) from d in Enumerable.Range(0, 3) select (a, b, c, d))
            {
                int pixelY = (((squareY * 2) + y) * 3) + dy;
                int pixelX = (((squareX * 2) + x) * 3) + dx;
                Assert.Equal(planes[(((channel * 12) + pixelY) * 18) + pixelX], patches.Values[(row * 54) + column]);
                column++;
            }

            row++;
        }

        Assert.Equal(24, row);
    }

    [Fact]
    public void Cut_SidesThatAreNoMultiples_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Qwen25VLPatches.Cut(PictureFactory.Noise(30, 28, 0), Qwen25VLImageOptions.Default));
}
