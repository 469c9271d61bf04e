using DriveKD.Data.Imaging;
using DriveKD.Pretraining.Labels;
using DriveKD.Runs.Folders;

namespace DriveKD.Pretraining.Tests.Labels;

/// <summary>Pictures that are drawn here: grey, some image tokens filled with a colour, on a dark or a light ground.</summary>
internal sealed class ColoredSquares : ILabelledPictures
{
    private static readonly byte[][] _colors = [[220, 40, 40], [40, 60, 220], [40, 180, 60]];

    public LabelScheme Scheme { get; init; } = new()
    {
        Tokens = [new LabelHead("shape", ["none", "square"]), new LabelHead("color", ["none", "red", "blue", "green"], Weight: 2)],
        Pictures = [new LabelHead("ground", ["dark", "light"], Weight: 0.2)],
    };

    public LabelledPicture Create(ulong seed, int side, int tokensPerSide)
    {
        RandomStream random = new(seed);
        int ground = random.NextInt(2);
        byte[] pixels = new byte[3 * side * side];
        Array.Fill(pixels, (byte)(ground == 0 ? 60 : 170));
        int size = side / tokensPerSide;
        int[] labels = new int[2 * tokensPerSide * tokensPerSide];
        for (int token = 0; token < tokensPerSide * tokensPerSide; token++)
        {
            int color = random.NextInt(4);
            if (color == 0)
            {
                continue;
            }

            (labels[2 * token], labels[(2 * token) + 1]) = (1, color);
            for (int pixel = 0; pixel < size * size; pixel++)
            {
                int row = (token / tokensPerSide * size) + (pixel / size);
                int column = (token % tokensPerSide * size) + (pixel % size);
                _colors[color - 1].CopyTo(pixels, 3 * ((row * side) + column));
            }
        }

        return new LabelledPicture(new RgbImage(side, side, pixels), labels, [ground]);
    }
}
