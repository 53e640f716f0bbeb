const fil = { "app.close": "Isara" };
export default fil;
