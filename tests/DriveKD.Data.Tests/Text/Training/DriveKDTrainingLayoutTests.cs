using System.Text.Json;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Training;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Text.Training;

public class DriveKDTrainingLayoutTests
{
    private static readonly BpeTokenizer _tokenizer = TinyTokenizer.Load();

    [Fact]
    public void Build_OnePicture_SupervisesTheWholeAssistantTurn()
    {
        TrainingSequence sequence = new DriveKDTrainingLayout(_tokenizer).Build("<image>Q?", "A.", [3]);

        Assert.Equal(
            ["<|im_start|>user\n", "<img>", null, "</img>", "Q?<|im_end|>\n", "<|im_start|>assistant\nA.<|im_end|>\n"],
            sequence.Blocks.Select(block => block.Text));
        Assert.Equal([false, false, false, false, false, true], sequence.Blocks.Select(block => block.IsSupervised));
        Assert.Equal(sequence.TokenIds.Length, sequence.Blocks.Sum(block => block.TokenCount));
        Assert.Equal(3, sequence.ImageMask.Count(isImage => isImage));
        Assert.All(
            sequence.TokenIds.Where((_, position) => sequence.ImageMask[position]), id => Assert.Equal(_tokenizer.RequireId("<IMG_CONTEXT>"), id));
        int answerStart = sequence.TokenIds.Length - sequence.Blocks[^1].TokenCount;
        Assert.All(sequence.Labels[..answerStart], label => Assert.Equal(TrainingSequence.NotSupervised, label));
        Assert.Equal(sequence.TokenIds[answerStart..], sequence.Labels[answerStart..]);
    }

    [Fact]
    public void Build_PicturesOfDifferentSizes_KeepTheirOrder()
    {
        TrainingSequence sequence = new DriveKDTrainingLayout(_tokenizer).Build("A <image> b <image> c", "d", [2, 5]);

        Assert.Equal([0, 1], sequence.Blocks.Where(block => block.ImageIndex is not null).Select(block => block.ImageIndex!.Value));
        Assert.Equal([2, 5], sequence.Blocks.Where(block => block.ImageIndex is not null).Select(block => block.TokenCount));
        Assert.Equal(" b ", sequence.Blocks[4].Text);
    }

    [Theory]
    [InlineData("Q", 2, 2, "Q<|im_end|>\n")]
    [InlineData("<image>Q", 3, 1, "Q<|im_end|>\n")]
    [InlineData("<image><image>Q", 1, 1, "<image>Q<|im_end|>\n")]
    [InlineData("<image>Q", 0, 0, "<|im_start|>user\n<image>Q<|im_end|>\n")]
    public void Build_PlaceholdersAndPicturesDiffer_FollowsTheTrainer(string question, int pictures, int placed, string lastText)
    {
        TrainingSequence sequence = new DriveKDTrainingLayout(_tokenizer).Build(question, "A", [.. Enumerable.Repeat(2, pictures)]);

        Assert.Equal(placed, sequence.ImagesPlaced);
        Assert.Equal(placed, sequence.Blocks.Count(block => block.ImageIndex is not null));
        Assert.Equal(lastText, sequence.Blocks[^2].Text);
    }

    [Fact]
    public void Build_NoAnswer_OpensTheAssistantTurn()
    {
        TrainingSequence sequence = new DriveKDTrainingLayout(_tokenizer).Build("Q", answer: null, []);

        Assert.Equal("<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n", Assert.Single(sequence.Blocks).Text);
        Assert.All(sequence.Labels, label => Assert.Equal(TrainingSequence.NotSupervised, label));
    }

    [Fact]
    public void Build_AsReleased_PutsPathsBeforeEverySecondPicture()
    {
        TrainingSequence sequence = new DriveKDTrainingLayout(_tokenizer, PlaceholderSplitting.AsReleased)
            .Build("a<image>b<image>c<image>d", "A", [1, 1, 1], ["p0", "p1", "p2"]);

        Assert.Equal(
            ["<|im_start|>user\na", "p0", "b", "d<|im_end|>\n"],
            sequence.Blocks.Where(block => block.Text is not (null or "<img>" or "</img>") && !block.IsSupervised).Select(block => block.Text));
    }

    [Fact]
    public void Build_AsReleasedWithoutPaths_IsRefused() => Assert.Throws<ArgumentException>(
        () => new DriveKDTrainingLayout(_tokenizer, PlaceholderSplitting.AsReleased).Build("<image>", "A", [1]));

    [Fact]
    public void Build_PictureWithoutTokens_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DriveKDTrainingLayout(_tokenizer).Build("<image>", "A", [0]));

    [Theory]
    [InlineData("samples_main.json", "data_main.json", 12, PlaceholderSplitting.Corrected)]
    [InlineData("samples_main.json", "data_main.json", 12, PlaceholderSplitting.AsReleased)]
    [InlineData("samples_text_only.json", "data_text_only.json", 4, PlaceholderSplitting.Corrected)]
    [InlineData("samples_two_images_corrected.json", "data_two_images.json", 2, PlaceholderSplitting.Corrected)]
    [InlineData("samples_two_images_as_released.json", "data_two_images.json", 2, PlaceholderSplitting.AsReleased)]
    public void Build_TrainerGoldens_EqualInEveryPosition(string samplesFile, string dataFile, int count, PlaceholderSplitting splitting)
    {
        string folder = TestPaths.RequireShared("golden", "trainer");
        DriveKDTrainingLayout layout = new(BpeTokenizer.Load(Path.Combine(folder, "models", "student")), splitting);
        using JsonDocument samples = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, samplesFile)));
        using JsonDocument data = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, dataFile)));
        using JsonDocument mainData = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "data_main.json")));

        Assert.Equal(count, samples.RootElement.GetArrayLength());
        foreach (JsonElement sample in samples.RootElement.EnumerateArray())
        {
            // The fourth sample of the text-only run, the one with a picture, is the first of the main file.
            int index = sample.GetProperty("sample_index").GetInt32();
            JsonElement record = index < data.RootElement.GetArrayLength() ? data.RootElement[index] : mainData.RootElement[0];
            string[] images = [.. record.GetProperty("images").EnumerateArray().Select(image => image.GetString()!)];

            TrainingSequence sequence = layout.Build(
                TextOf(record, "question", message: 0),
                TextOf(record, "answer", message: 1),
                [.. images.Select(_ => 16)],
                images);

            Assert.Equal(sample.GetProperty("T").GetInt32(), sequence.TokenIds.Length);
            Assert.Equal(Integers(sample, "token_ids"), sequence.TokenIds);
            Assert.Equal(Integers(sample, "labels"), sequence.Labels);
            Assert.Equal(Integers(sample, "image_mask"), sequence.ImageMask.Select(isImage => isImage ? 1 : 0));
            Assert.Equal(
                sample.GetProperty("text_blocks").EnumerateArray().Select(block => (block[0].GetString()!, block[1].GetInt32(), block[2].GetBoolean())),
                sequence.Blocks.Select(block => (block.Text ?? "(image)", block.TokenCount, block.IsSupervised)));
        }
    }

    [Theory]
    [InlineData("student", 16)]
    [InlineData("student-448", 256)]
    [InlineData("teacher", 16)]
    [InlineData("teacher-6b", 16)]
    public void Build_InternVLGoldens_EqualBlocks(string checkpoint, int imageTokens)
    {
        string folder = TestPaths.RequireShared("golden", "internvl");
        DriveKDTrainingLayout layout = new(BpeTokenizer.Load(Path.Combine(folder, checkpoint)));
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "goldens", checkpoint, "train_one_image.json")));
        JsonElement root = golden.RootElement;

        TrainingSequence sequence = layout.Build(
            "<image>" + root.GetProperty("question").GetString(), root.GetProperty("answer").GetString(), [imageTokens]);

        Assert.Equal(root.GetProperty("sequence_length").GetInt32(), sequence.TokenIds.Length);
        Assert.Equal(
            root.GetProperty("supervised_tokens_after_shift").GetInt32(),
            sequence.Labels.Skip(1).Count(label => label != TrainingSequence.NotSupervised));
        Assert.Equal(
            root.GetProperty("text_blocks").EnumerateArray().Select(block => (block[0].GetString()!, block[1].GetInt32(), block[2].GetBoolean())),
            sequence.Blocks.Select(block => (block.Text ?? "(image)", block.TokenCount, block.IsSupervised)));
    }

    private static string TextOf(JsonElement record, string key, int message) =>
        (record.TryGetProperty(key, out JsonElement text) ? text : record.GetProperty("messages")[message].GetProperty("content")).GetString()!;

    private static IEnumerable<int> Integers(JsonElement sample, string key) =>
        sample.GetProperty(key).EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number ? item.GetInt32() : item.GetBoolean() ? 1 : 0);
}
