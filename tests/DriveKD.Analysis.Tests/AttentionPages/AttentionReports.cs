using DriveKD.Analysis.AttentionPages;
using DriveKD.Data.Imaging;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Attention;

namespace DriveKD.Analysis.Tests.AttentionPages;

/// <summary>Reports with made-up maps.</summary>
internal static class AttentionReports
{
    private const int Side = 4;

    /// <summary>Two pictures, one in two tiles with a thumbnail; every layer of a teacher, and of a student at the same depth.</summary>
    public static AttentionReport Create(int layers = 6, int studentLayers = 4, string answer = "Red <car> & \"bus\".")
    {
        Random random = new(7);
        QuestionPicture[] pictures = [Picture("CAM_FRONT/a.jpg", 160, 90), Picture("CAM_BACK/b<c>.jpg", 60, 90)];
        PictureLayout[] layouts = [new(new TileGrid(2, 1), HasThumbnail: true, Side, Side), new(new TileGrid(1, 1), HasThumbnail: false, Side, Side)];
        LayerMaps Maps(int layer) => new(layer, [.. pictures.Zip(layouts, (picture, layout) => new PictureAttention(
            picture, layout, [.. Enumerable.Range(0, layout.Tokens).Select(_ => random.NextSingle() / 100 * layer)]))]);
        LayerPair Pair(int layer)
        {
            LayerMaps own = Maps(layer);
            return studentLayers == 0
                ? new LayerPair(own, null, null)
                : new LayerPair(own, Maps(AttentionComparison.StudentLayer(layer, layers, studentLayers)), new LayerDistance(0.1 * layer, 1e-6 * layer));
        }

        return new AttentionReport
        {
            Teacher = new AttentionModel("big<1>", "models/big", layers, 8, "cpu", "float32"),
            Student = studentLayers == 0 ? null : new AttentionModel("small", "models/small", studentLayers, 4, "cpu", "float32"),
            Sequence = new AttentionSequence
            {
                Question = new Question { Text = "What is ahead?", Pictures = pictures },
                Answer = answer,
                PromptIds = [1, 2, 3],
                AnswerIds = [4, 5],
                Pictures = layouts,
            },
            IsAnswerGiven = false,
            IsAnswerCutOff = false,
            Rows = new ChosenRows([3, 4], "the answer's 2 tokens"),
            PromptPieces = [new("<|im_start|>", PieceKind.Control), new("user\n", PieceKind.Text), new("1", PieceKind.Picture), new("What is ahead?", PieceKind.Text)],
            AnswerPieces = [new("Red", PieceKind.Chosen), new(" <car>", PieceKind.Chosen)],
            Layers = [.. Enumerable.Range(1, layers).Select(Pair)],
            Program = "drivekd test",
            Versions = new Dictionary<string, string> { ["libtorch"] = "0" },
            MadeAt = DateTimeOffset.UnixEpoch,
        };
    }

    private static QuestionPicture Picture(string name, int width, int height)
    {
        byte[] pixels = new byte[3 * width * height];
        new Random(3).NextBytes(pixels);
        return new QuestionPicture(name, new RgbImage(width, height, pixels));
    }
}
