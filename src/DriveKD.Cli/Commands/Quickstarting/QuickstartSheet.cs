using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Drawing;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Quickstart;
using DriveKD.World.Questions;
using DriveKD.World.Questions.Files;
using DriveKD.World.Rendering;
using DriveKD.World.Scenes;

namespace DriveKD.Cli.Commands.Quickstarting;

/// <summary>One test scene for people: pictures and questions.</summary>
internal static class QuickstartSheet
{
    private const int Side = 420;
    private const int QuestionsOfACapability = 2;
    private const double Metres = 60;

    /// <summary>Chooses the first scene with questions of every capability and draws it.</summary>
    /// <param name="split">The test part.</param>
    /// <param name="source">Where its scenes came from.</param>
    public static QuickstartScene Draw(WorldSplit split, SceneSource source)
    {
        IGrouping<ulong, WorldQuestion>[] scenes = [.. split.Questions.GroupBy(question => question.Seed)];
        IGrouping<ulong, WorldQuestion> chosen = scenes.MaxBy(scene => scene.Select(question => question.Capability).Distinct().Count())!;
        WorldState state = source.Find(chosen.Key)!.State;
        Camera front = new CameraRig(source.Rig).Cameras.First(camera => camera.Name == CameraRig.Front);
        SceneRenderer renderer = new();
        RgbImage small = source.Find(chosen.Key)!.Picture.Image;
        string title = $"Test scene {DatasetFiles.SceneName(chosen.Key)}";
        byte[] sheet = ContactSheet.Draw(
            title,
            ["as models see it", "the same camera", "from above; ego is framed"],
            [
                new ContactSheetRow("The scene", "", [
                    new ContactSheetCell(BicubicResizer.Resize(small, Side, Side), $"{small.Width} x {small.Height} pixels"),
                    new ContactSheetCell(renderer.Render(state, front, Side, Side, chosen.Key), $"{Side} x {Side} pixels"),
                    new ContactSheetCell(BirdsEyeView.Draw(state, new BirdsEyeSettings { Size = Side, Metres = Metres }), null),
                ]),
            ]);
        return new QuickstartScene(title, sheet, [
            .. Enum.GetValues<Capability>().SelectMany(capability => chosen.Where(question => question.Capability == capability).Take(QuestionsOfACapability)
                .Select(question => new QuickstartQuestion(capability, question.Kind, question.Question, question.Answer))),
        ]);
    }
}
