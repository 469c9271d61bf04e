using DriveKD.Data.Imaging;

namespace DriveKD.Models.Generation.Attention;

/// <summary>Gives every picture the weights of its own tokens.</summary>
internal static class PictureWeights
{
    /// <summary>Splits the weights of all image tokens.</summary>
    /// <param name="weights">One per image token, in the prompt's order.</param>
    /// <param name="pictures">The pictures.</param>
    /// <param name="layouts">How each stands in the prompt.</param>
    public static IReadOnlyList<PictureAttention> Split(
        float[] weights, IReadOnlyList<QuestionPicture> pictures, IReadOnlyList<PictureLayout> layouts)
    {
        List<PictureAttention> split = [];
        int start = 0;
        for (int i = 0; i < pictures.Count; i++)
        {
            float[] own = weights[start..(start + layouts[i].Tokens)];
            if (layouts[i].IsColumnByColumn)
            {
                TransposeTiles(own, layouts[i].TokenRows);
            }

            split.Add(new PictureAttention(pictures[i], layouts[i], own));
            start += layouts[i].Tokens;
        }

        return split;
    }

    // Pixel shuffle of version v1 leaves the tokens of a tile column by column.
    private static void TransposeTiles(float[] weights, int side)
    {
        for (int tile = 0; tile < weights.Length; tile += side * side)
        {
            for (int row = 0; row < side; row++)
            {
                for (int column = row + 1; column < side; column++)
                {
                    int here = tile + (row * side) + column;
                    int there = tile + (column * side) + row;
                    (weights[here], weights[there]) = (weights[there], weights[here]);
                }
            }
        }
    }
}
