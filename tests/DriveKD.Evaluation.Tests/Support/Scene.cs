using System.Text.Json;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Answers;
using DriveKD.Evaluation.Pictures;
using DriveKD.Evaluation.Questions;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Evaluation.Tests.Support;

/// <summary>Driving questions of a test's own in DriveBench's layout, with pictures, in a temporary folder: every official cell, several scenes.</summary>
internal sealed class Scene : IDisposable
{
    private static readonly string[] _cameras = ["CAM_FRONT", "CAM_BACK"];

    private readonly TemporaryFolder _folder = new();

    /// <param name="scenes">How many scenes; each has one key frame, and there one question of every cell and one by yes or no.</param>
    public Scene(int scenes = 4)
    {
        List<object> records = [];
        for (int i = 0; i < scenes; i++)
        {
            foreach (string camera in _cameras)
            {
                WritePicture(i, camera);
            }

            void Add(string type, int tag, string question, string answer) => records.Add(new
            {
                scene_token = $"scene-{i}",
                frame_token = $"frame-{i}",
                question_type = type,
                question,
                answer,
                tag = (int[])[tag],
                image_path = _cameras.ToDictionary(camera => camera, camera => Recorded(i, camera)),
            });

            Add("perception", 0, $"What is the moving status of object <c1,CAM_FRONT,0.5,0.{i + 1}>? A. Going ahead. B. Turn left. C. Stopped.", "A");
            Add("perception", 2, "What are the important objects in the current scene?", "There is a red car ahead of the ego vehicle.");
            Add("prediction", 3, "What object should the ego vehicle notice first?", "The red car, because it may brake.");
            Add("prediction", 0, "Would the car brake?", "Yes.");
            Add("planning", 1, "What are safe actions to take for the ego vehicle?", "Brake gently and keep the lane.");
            Add("behavior", 0, "Predict the behavior of the ego vehicle. A. Straight. B. Left. C. Right. D. Stop.", "D");
        }

        File.WriteAllText(Records, JsonSerializer.Serialize(records));
        Samples = RecordReader.Read(Records, new RecordReadOptions { ImageRoot = Images, Answers = AnswerRule.Optional }).Samples;
        Questions = QuestionSet.Of(Samples);
    }

    public string Records => _folder["records.json"];

    public string Images => _folder["images"];

    public string Run => _folder["run"];

    public IReadOnlyList<Sample> Samples { get; }

    public QuestionSet Questions { get; }

    public AnswerFolder Folder => new(Run);

    public string Path(params string[] parts) => _folder[parts];

    public EvaluateRecipe Recipe(string[] models, params string[] corruptions) => new()
    {
        Output = Run,
        Models = new ValueList<string>(models),
        Corruptions = new ValueList<string>(corruptions.Length == 0 ? ["clean"] : corruptions),
        Data = new EvaluationDataSettings { Records = [Records], Images = Images },
        Statistics = new StatisticsSettings { Resamples = 200 },
    };

    public PassPictures Pictures(string corruption = "clean", long seed = 1) =>
        PassPictures.Of(PassPictures.Identify(Samples), CorruptionChoice.Parse([corruption])[0], seed);

    /// <summary>Writes a model's answers to a pass.</summary>
    public void Answer(string model, string corruption, Func<EvaluationQuestion, string?> answer)
    {
        using AnswerLog log = AnswerLog.Open(Folder.Answers(NamedModel.Parse(model), CorruptionChoice.Parse([corruption])[0]));
        log.Append([.. Questions.Questions.Select(question => (Question: question, Text: answer(question))).Where(item => item.Text is not null).Select(item => new ModelAnswer
        {
            Id = item.Question.Id,
            Question = item.Question.Sample.Question,
            Gold = item.Question.Sample.Answer,
            Pred = item.Text!.StartsWith('!') ? null : item.Text,
            Error = item.Text.StartsWith('!') ? item.Text[1..] : null,
            Seconds = 0.5,
        })]);
    }

    public void Dispose() => _folder.Dispose();

    private static string Recorded(int scene, string camera) => $"data/nuscenes/samples/{camera}/log-{scene}__{camera}__{1533279665112460 + (scene * 10_000_000L)}.png";

    private void WritePicture(int scene, string camera)
    {
        byte[] pixels = new byte[40 * 30 * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i * (31 + scene)) + camera.Length);
        }

        string file = _folder["images", "samples", camera, System.IO.Path.GetFileName(Recorded(scene, camera))];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, PngEncoder.Encode(new RgbImage(40, 30, pixels)));
    }
}
